"""What of a page is prose, in which words may become links or get marks."""

from collections.abc import Iterator

from docutils import nodes

AS_IT_STANDS = (nodes.literal, nodes.FixedTextElement, nodes.math, nodes.raw)
NO_LINK = (*AS_IT_STANDS, nodes.reference)
NO_MARK = (*AS_IT_STANDS, nodes.title)


def parents(node: nodes.Node) -> Iterator[nodes.Element]:
    while (node := node.parent) is not None:
        yield node
