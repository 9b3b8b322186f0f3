"""The net that is trained: BERT with heads for polarity, for three flags, and for the sentence vector of the original.

Needs torch and transformers (the `training` dependency group).
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertModel

from nlp.encoder import WIDTH

CATEGORIES = 7


class Net(nn.Module):
    """`forward` gives unit vectors (n × 512), margins of polarity (n × 3), flags (n × 3) and message classes (n × 7).

    The vector is a projection of CLS that starts as the identity; what the text means is read from CLS and the mean of
    all tokens together, so that learning the one need not bend the other.
    """

    def __init__(self, bert: BertModel, dropout: float = 0.2) -> None:
        super().__init__()
        self.bert = bert
        self.vector = nn.Linear(WIDTH, WIDTH)
        self.hidden = nn.Linear(2 * WIDTH, WIDTH)
        self.polarity = nn.Linear(WIDTH, 3)
        self.flags = nn.Linear(WIDTH, 3)
        self.category = nn.Linear(WIDTH, CATEGORIES)
        self.dropout = nn.Dropout(dropout)
        with torch.no_grad():
            self.vector.weight.copy_(torch.eye(WIDTH))
            self.vector.bias.zero_()

    @classmethod
    def load(cls, folder: Path) -> "Net":
        """From a pretrained folder; the word embeddings stay as they are."""
        bert = BertModel.from_pretrained(
            str(folder),
            add_pooling_layer=False,
            dtype=torch.float32,
            attention_probs_dropout_prob=0.0,
        )
        bert.embeddings.word_embeddings.weight.requires_grad_(False)
        return cls(bert)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        tokens = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        cls = tokens[:, 0]
        shown = mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * shown).sum(1) / shown.sum(1)
        vector = functional.normalize(self.vector(cls), dim=-1)
        hidden = functional.gelu(self.hidden(self.dropout(torch.cat([cls, mean], dim=-1))))
        hidden = self.dropout(hidden)
        return vector, self.polarity(hidden), self.flags(hidden), self.category(hidden)


def padded(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Token numbers and mask, n × the longest."""
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return ids, mask
