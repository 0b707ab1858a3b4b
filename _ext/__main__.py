"""The book's commands: `python _ext COMMAND`, as the Makefile runs them."""

import sys
from importlib import import_module

COMMANDS = {
    "branch": "publish.branch",
    "build": "publish.build",
    "check": "check.rules",
    "normalize": "write.normalize",
    "offline": "publish.offline",
    "outside_links": "publish.outside_links",
    "pdf": "publish.pdf",
    "renumber": "write.renumber",
}


def main() -> int:
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        print(f"The commands are {', '.join(COMMANDS)}, not {name!r}.", file=sys.stderr)
        return 2
    return int(import_module(COMMANDS[name]).main())


if __name__ == "__main__":
    sys.exit(main())
