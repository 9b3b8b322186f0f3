"""The encoder's embeddings of headlines, straight from an ONNX folder: for training the pair scorer and benchmarks."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlp.event.sketch import Vector

TOKENS = 48


class OnnxEmbedder:
    """`folder` holds tokenizer.json and onnx/model_quantized.onnx; one text at a time, as int8 scales per run."""

    def __init__(self, folder: Path) -> None:
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = 1
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(TOKENS)
        self._session = InferenceSession(str(folder / "onnx" / "model_quantized.onnx"), options)

    def embed(self, texts: Sequence[str]) -> Vector:
        """float32 [n, width], each of length 1."""
        rows = []
        for text in texts:
            ids = np.array([self._tokenizer.encode(text).ids], np.int64)
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}  # fmt: skip
            first = self._session.run(None, feed)[0][0, 0]
            rows.append(first / np.linalg.norm(first))
        return np.array(rows, np.float32)
