"""What is taken out of a page for a name: all it needs, and little else."""

import pytest

from read.statements import bare, digest, needed, statements


def taken(source: str, *names: str) -> list[str]:
    return [bare(each.code) for each in needed(statements(source), names)]


@pytest.mark.parametrize(
    ("page", "name", "left_out"),
    [
        ("a = 1\nb = 2\nc = a", "c", "b = 2"),
        ("a = 1\na = 2\nc = a", "c", "a = 1"),
        ("a = 1\nprint(a)", "a", "print(a)"),
        ("a = 1\nshow(b)", "a", "show(b)"),
        ("import plt\na = plt.x\nplt.plot(a)", "a", "plt.plot(a)"),
        ("a = 1\nb = [a for a in x]", "b", "a = 1"),
        ("a = 1\nf = lambda a: a", "f", "a = 1"),
        ("def f(a):\n    b = a\n    return b\nb = 3", "f", "b = 3"),
        ("r = 1\nfor i in x:\n    r = []\n    r.append(i)", "r", "r = 1"),
        ("with o as a:\n    b = a\na = 1", "a", "with o as a:\n    b = a"),
        ("%matplotlib inline\na = 1", "a", "%matplotlib inline"),
    ],
)
def test_what_is_left_out(page: str, name: str, left_out: str) -> None:
    assert left_out not in taken(page, name)
    assert taken(page, name)


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("a = 1\na += 1", "a"),
        ("a = []\na.append(2)", "a"),
        ("a = {}\na['x'] = 2", "a"),
        ("a = net\na[0].weight[:] = 0", "a"),
        ("a = 1\nstep(a)", "a"),
        ("a = 1\nhistory = fit(a, 2)", "a"),
        ("a = 1\nfor i in x:\n    a = a + i", "a"),
        ("a = 1\nfor i in x:\n    a += i", "a"),
        ("a = 1\nif x:\n    a = 2", "a"),
        ("a = 1\nwhile a < 3:\n    a = 2 * a", "a"),
        ("b = 1\ndef f():\n    return b\na = f()", "a"),
        ("b = 1\ndef g():\n    return b\ndef f():\n    return g()\na = f()", "a"),
        ("b = 1\nc = {'f': lambda: b}\na = c['f']()", "a"),
        ("b = 1\ndef f(x=b):\n    return x\na = f()", "a"),
        ("b = f\n@b\ndef a():\n    pass", "a"),
        ("b = list\nclass a(b):\n    pass", "a"),
    ],
)
def test_what_is_taken(page: str, name: str) -> None:
    assert taken(page, name) == [bare(each.code) for each in statements(page)]


def test_a_function_reads_what_stands_there_when_it_is_called() -> None:
    page = "b = 1\ndef f():\n    return b\na = f()\nb = 2"
    assert taken(page, "a") == ["b = 1", "def f():\n    return b", "a = f()"]
    assert taken(page, "f") == ["def f():\n    return b", "b = 2"]


def test_imports_bring_only_the_names_that_are_needed() -> None:
    assert taken("from nnlib import Linear, relu as f, tanh\na = f(1)", "a") == [
        "from nnlib import relu as f",
        "a = f(1)",
    ]


def test_a_name_that_the_page_lacks() -> None:
    with pytest.raises(LookupError, match=r"defines no b, c$"):
        needed(statements("a = 1"), ["a", "c", "b"])


def hashed(source: str) -> str:
    return digest(statements(source))


def test_the_hash_follows_the_code_alone() -> None:
    code = "import b\na = '#'\ndef f():\n    return a"
    assert hashed(code) == hashed("a = '#'  # yes\n\nimport b\ndef f():\n\n    # no\n    return a")
    assert len({hashed(code), hashed(code.replace("#", "+")), hashed(code + "\na = 2")}) == 3


def test_decorators_belong_to_the_code() -> None:
    assert hashed("@b\ndef a():\n    pass") != hashed("def a():\n    pass")
