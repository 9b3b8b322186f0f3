"""The county profile: a folder of YAML and CSV that an operator edits, checked as a whole.

`load_county` reads it into one frozen value or raises `ProfileError` with every fault, each with file and line.
Another county is another folder. Left to others: what places, rules and policies mean (nlp, alerts, tickets).
"""

from minyin.county.folder import PACKAGED, load_county
from minyin.county.profile import (
    AlertPolicy,
    AlertRule,
    Condition,
    County,
    Duty,
    Masthead,
    Profile,
    SlaPolicy,
    Street,
    Topic,
    Unit,
    Village,
)
from minyin.source import Assessment, Selectors, Source

__all__ = [
    "PACKAGED",
    "AlertPolicy",
    "AlertRule",
    "Assessment",
    "Condition",
    "County",
    "Duty",
    "Masthead",
    "Profile",
    "Selectors",
    "SlaPolicy",
    "Source",
    "Street",
    "Topic",
    "Unit",
    "Village",
    "load_county",
]
