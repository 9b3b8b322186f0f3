"""The encoder's last layer once more, trained for the seven classes: it reads what the shipped third layer says.

Needs torch (the `training` dependency group). Left to others: what is learnt and judged (`category_encoder`), export
(`encoder_export.build_head`).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from nlp.encoder import WIDTH

HEADS = 8
PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mixed": "attention.output.dense",
    "seen": "attention.output.LayerNorm",
    "grown": "intermediate.dense",
    "thought": "output.dense",
    "said": "output.LayerNorm",
}
"""Modules of the net, and what they are called in BERT."""
Floats = NDArray[np.float32]


class Head(nn.Module):
    """`forward` gives class margins, n × classes, of token states n × t × 512 and their mask n × t.

    Only the first token asks, so a text costs a sixth of a whole layer. `layer` is the state of the shipped last layer.
    """

    def __init__(self, classes: int, layer: Mapping[str, Floats], dropout: float = 0.2) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.mixed = nn.Linear(WIDTH, WIDTH)
        self.seen = nn.LayerNorm(WIDTH, eps=1e-12)
        self.grown = nn.Linear(WIDTH, 4 * WIDTH)
        self.thought = nn.Linear(4 * WIDTH, WIDTH)
        self.said = nn.LayerNorm(WIDTH, eps=1e-12)
        self.hidden = nn.Linear(2 * WIDTH, WIDTH)
        self.category = nn.Linear(WIDTH, classes)
        self.dropout = nn.Dropout(dropout)
        known = {f"{part}.{kind}": layer[f"{name}.{kind}"] for part, name in PARTS.items() for kind in ("weight", "bias")}  # fmt: skip
        self.load_state_dict({k: torch.tensor(v) for k, v in known.items()}, strict=False)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        first = tokens[:, :1]
        mixed = functional.scaled_dot_product_attention(
            split(self.query(first)),
            split(self.key(tokens)),
            split(self.value(tokens)),
            attn_mask=mask[:, None, None, :],
        )
        flat = mixed.transpose(1, 2).reshape(len(tokens), 1, WIDTH)
        seen = self.seen(first + self.dropout(self.mixed(flat)))
        grown = functional.gelu(self.grown(seen))
        said = self.said(seen + self.dropout(self.thought(grown)))[:, 0]
        shown = mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * shown).sum(1) / shown.sum(1)
        both = self.dropout(torch.cat([said, mean], dim=-1))
        margins: Tensor = self.category(self.dropout(functional.gelu(self.hidden(both))))
        return margins


def split(states: Tensor) -> Tensor:
    """n × t × 512 → n × 8 × t × 64."""
    return states.view(len(states), -1, HEADS, WIDTH // HEADS).transpose(1, 2)


def stacked(states: Sequence[NDArray[np.float16]]) -> tuple[Tensor, Tensor]:
    """Token states of some texts, n × the longest × 512, and their mask."""
    longest = max(map(len, states))
    tokens = torch.zeros((len(states), longest, WIDTH))
    mask = torch.zeros((len(states), longest), dtype=torch.bool)
    for number, state in enumerate(states):
        tokens[number, : len(state)] = torch.from_numpy(state.astype(np.float32))
        mask[number, : len(state)] = True
    return tokens, mask
