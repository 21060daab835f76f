"""A page as a tree, read strictly: what is opened is closed, in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}


@dataclass
class Node:
    """An element; `parts` are its texts and elements in order."""

    tag: str
    attributes: dict[str, str]
    parts: list["Node | str"] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator["Node"]:
        """The elements below it, of these tags or of any."""
        for part in self.parts:
            if isinstance(part, Node):
                if not tags or part.tag in tags:
                    yield part
                yield from part.all(*tags)

    def one(self, tag: str) -> "Node":
        """The one element of a tag."""
        (found,) = self.all(tag)
        return found

    def classed(self, name: str) -> list["Node"]:
        """The elements below it that have a class."""
        return [node for node in self.all() if name in node.attributes.get("class", "").split()]

    @property
    def text(self) -> str:
        """All its text, with single spaces."""
        parts = (part.text if isinstance(part, Node) else part for part in self.parts)
        return " ".join(" ".join(parts).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says {names}"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def read(html: str) -> Node:
    """The root of a page. Fails for one that is not well formed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [reader.root], [node.tag for node in reader.open]
    return reader.root
