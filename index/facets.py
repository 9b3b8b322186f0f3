"""Which fields can be counted by value."""

from index.mapping import BY_NAME, FACETS
from minyin.errors import InputError


def checked(facets: tuple[str, ...]) -> tuple[str, ...]:
    """The same names. Raises InputError for one that is no facet."""
    for name in facets:
        field = BY_NAME.get(name)
        if field is None or not field.facet:
            raise InputError(f"不能按“{name}”分面统计；可用：{'、'.join(FACETS)}")
    return facets
