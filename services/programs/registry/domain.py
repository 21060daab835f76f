"""How a dimension is known by its key, its labels or another name in use, whatever the case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and every name it goes by."""

    key: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeList:
    """One version of the list, ready to look names up in."""

    version: str
    _dimensions: Mapping[str, str]
    _sub_dimensions: Mapping[str, Mapping[str, str]]

    @classmethod
    def compile(cls, version: str, entries: Iterable[tuple[Entry, Iterable[Entry]]]) -> "CodeList":
        """From dimensions with their sub-dimensions. Raises ValueError when one name means two things."""
        pairs = [(dimension, list(subs)) for dimension, subs in entries]
        return cls(version, _index(dimension for dimension, _ in pairs), {d.key: _index(subs) for d, subs in pairs})

    def dimension(self, name: str) -> str | None:
        """The key of a dimension, by any of its names; None when there is none."""
        return self._dimensions.get(_plain(name))

    def sub_dimension(self, dimension: str, name: str) -> str | None:
        """The key of a sub-dimension of the dimension with this key, by any of its names."""
        return self._sub_dimensions[dimension].get(_plain(name))

    @property
    def dimensions(self) -> list[str]:
        """The keys of all dimensions."""
        return list(self._sub_dimensions)

    def sub_dimensions(self, dimension: str) -> list[str]:
        """The keys of a dimension's sub-dimensions."""
        return list(dict.fromkeys(self._sub_dimensions[dimension].values()))

    def any_sub_dimension(self, name: str) -> str | None:
        """The key of a sub-dimension of whichever dimension, by any of its names."""
        found = (self.sub_dimension(dimension, name) for dimension in self._sub_dimensions)
        return next((key for key in found if key), None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _index(entries: Iterable[Entry]) -> dict[str, str]:
    index: dict[str, str] = {}
    for entry in entries:
        for name in (entry.key, *entry.names):
            if index.setdefault(_plain(name), entry.key) != entry.key:
                raise ValueError(f"{name} means both {index[_plain(name)]} and {entry.key}")
    return index
