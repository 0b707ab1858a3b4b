"""Numbers as prose, formulas, code and outputs write them: 1,797, 97.2 %, −1.5, 2×10⁻⁵, 2e-5."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

RAISED = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
THOUSANDS = re.compile(r"(?<![\d.,_])\d{1,3}(?:[,_]\d{3})+(?![\d_])")

# Signs are left out: "falls by 1.5" is said of −1.5, and a dash between two numbers is no sign.
NUMBER = re.compile(
    r"(?:(?<![A-Za-z0-9_.])(?<![A-Za-z]-)|(?<=\dx))"  # not in float32, x1, 2.0.1 or LeNet-5
    r"(?:10\s?(?:\^|\*\*)\s?(?P<power>[-+]?\d+)"
    r"|(?P<mantissa>\d+(?:\.\d+)?|\.\d+)"
    r"(?:e(?P<e>[-+]?\d+)|\s?[×·*]\s?10\s?(?:\^|\*\*)\s?(?P<times>[-+]?\d+))?)"
    r"(?!\d|\.\d)(?P<percent>\s?%)?"
)


@dataclass(frozen=True)
class Number:
    text: str  # as it is written
    value: Decimal
    unit: Decimal  # of its last digit; 0 for a power of ten, which is not rounded
    percent: bool
    digits: int

    def scales(self) -> Iterator[tuple[Decimal, Decimal]]:
        """The value with the unit of its last digit; of 97.2 % also 0.972."""
        yield self.value, self.unit
        if self.percent:
            yield self.value / 100, self.unit / 100

    def rounds(self, value: Decimal) -> bool:
        """Whether this is what a value, computed in floats, gives when it is rounded."""
        slack = abs(value) * Decimal("1e-12")
        return any(abs(value - scale) <= unit / 2 + slack for scale, unit in self.scales())


def numbers(text: str) -> Iterator[Number]:
    """The numbers in running text, in code or in what code printed."""
    for found in NUMBER.finditer(plain(text)):
        exponent = int(found["power"] or found["e"] or found["times"] or 0)
        mantissa = found["mantissa"] or "1"
        places = len(mantissa.partition(".")[2])
        yield Number(
            found[0],
            Decimal(mantissa).scaleb(exponent),
            Decimal(0 if found["power"] else 1).scaleb(exponent - places),
            bool(found["percent"]),
            len(re.findall(r"\d", found[0])),
        )


def plain(text: str) -> str:
    """Text without separators of thousands, its exponents and signs as code has them."""
    text = THOUSANDS.sub(lambda found: re.sub("[,_]", "", found[0]), text.replace("−", "-"))
    return RAISED.sub(lambda found: "^" + found[0].translate(DIGITS), text)


LATEX = {
    r"\{,\}": "",
    r"\\tag\{[^}]*\}|_\{(?:[^{}]|\{[^{}]*\})*\}|_(?:\\\w+|\w)": "",  # indices are no numbers
    r"\\(?:times|cdot)(?![a-z])": "×",
    r"\\%": "%",
    r"\\[,;:! ]|~": " ",
    r"\^\{([-+]?\d+)\}": r"^\1",
    r"\^\{([^{}]*)\}": r"^(\1)",
    r"\\[dt]?frac(\d)(\d)": r"(\1)/(\2)",
    r"\\[a-zA-Z]+|[{}]": " ",
}


def unlatex(formula: str) -> str:
    """A formula as `numbers` reads it."""
    for pattern, instead in LATEX.items():
        formula = re.sub(pattern, instead, formula)
    return formula
