"""A county's own classifier: any Hugging Face sequence-classification folder, behind the same port.

Polarity is the folder's; appeal, urgency and alarm stay with the linear model, which such a model knows nothing of.
torch and transformers are an extra (`pip install minyin[transformer]`); nothing is fetched. Left to others: training it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from minyin.errors import DependencyError, SettingsError
from minyin.model import Channel, Opinion
from nlp.encoder import HEAD_CHARS, TAIL_CHARS, plain
from nlp.opinion.classifier import CLASSES, Floats, Judgement, opinions_of, softmax
from nlp.opinion.linear import BATCH, LinearClassifier

USUAL = {
    **{
        name: place
        for place, polarity in enumerate(CLASSES)
        for name in (polarity.value, polarity.label)
    },
    **{"neg": 0, "neu": 1, "pos": 2},
}


class TransformerClassifier:
    """`nlp.opinion.classifier.Classifier` on a folder; build it with `load`."""

    def __init__(
        self, model: Any, tokenizer: Any, columns: Floats, linear: LinearClassifier
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._columns = columns
        self._linear = linear

    @classmethod
    def load(cls, folder: Path, labels: Sequence[str]) -> Self:
        """Raises SettingsError where a label means no polarity, DependencyError where the folder cannot be read."""
        try:
            import transformers
        except ImportError as error:
            raise DependencyError(
                f"设置 nlp.polarity 指向模型文件夹 {str(folder)!r}，但没有安装 torch 和 transformers；"
                "请运行 pip install 'minyin[transformer]'，或把 nlp.polarity 改为 cascade"
            ) from error
        if not (folder / "config.json").is_file():
            raise SettingsError(
                f"设置 nlp.polarity：{str(folder)!r} 里没有 config.json；应为 cascade、linear 或 Hugging Face 分类模型的文件夹"
            )
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(
                str(folder), local_files_only=True
            )
            model = transformers.AutoModelForSequenceClassification.from_pretrained(
                str(folder), local_files_only=True
            )
        except (OSError, ValueError, KeyError) as error:
            raise DependencyError(
                f"分类模型打不开：{folder}：{str(error).splitlines()[0]}"
            ) from error
        return cls(
            model.eval(),
            tokenizer,
            _columns(model.config.id2label, labels),
            LinearClassifier.load(),
        )

    def classify(self, texts: Sequence[str], channels: Sequence[Channel]) -> list[Opinion]:
        """One opinion per text, in order."""
        opinions: list[Opinion] = []
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            flags = self._linear.judge(part, channels[start : start + BATCH]).flags
            polarity = np.concatenate([self._polarity(text) for text in part])
            opinions += opinions_of(part, Judgement(polarity, flags))
        return opinions

    def _polarity(self, text: str) -> Floats:
        """1 × 3. One text at a time, so that its neighbours in a batch cannot change it."""
        import torch

        longest = min(self._tokenizer.model_max_length, HEAD_CHARS + TAIL_CHARS, 512)
        inputs = self._tokenizer(
            plain(text), truncation=True, max_length=longest, return_tensors="pt"
        )
        with torch.inference_mode():
            margins = self._model(**inputs).logits.float().numpy()
        return np.asarray(softmax(margins) @ self._columns, np.float32)


def _columns(names: Mapping[int, str], labels: Sequence[str]) -> Floats:
    """Which of the model's labels add up to which polarity; labels × 3."""
    said = [names[place] for place in sorted(names)]
    if labels and len(labels) != len(said):
        raise SettingsError(
            f"设置 nlp.labels：写了 {len(labels)} 个，模型有 {len(said)} 个标签（{'、'.join(said)}）；应依次写明各是 negative、neutral 还是 positive"
        )
    columns = np.zeros((len(said), len(CLASSES)), np.float32)
    for place, name in enumerate(labels or said):
        if name.lower() not in USUAL:
            raise SettingsError(
                f"设置 nlp.labels：看不出模型的标签 {name!r} 是什么情感；请依次写明 {'、'.join(said)} 各是 negative、neutral 还是 positive"
            )
        columns[place, USUAL[name.lower()]] = 1
    return columns
