"""The output of the command, with its colours -> an SVG of a terminal: `powerdrill demo --color always --width 80 | terminal.py > terminal.svg`."""

import re
import sys
from html import escape

WIDTH, LINE, LEFT, TOP = 8.4, 19, 18, 46
COLOURS = {"34": "#7aa2f7", "36": "#7dcfff", "31": "#f7768e", "32": "#9ece6a", "33": "#e0af68"}


def spans(line):
    """Gives each piece of a line with its style."""
    codes = set()
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        found = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if found:
            for code in found[1].split(";"):
                codes = set() if code in ("", "0") else codes | {code}
        elif part:
            yield part, codes


def drawn(number, line):
    column, out = 0, []
    for text, codes in spans(line):
        style = f'x="{LEFT + column * WIDTH:.1f}" fill="{next((COLOURS[code] for code in sorted(codes) if code in COLOURS), "#c0caf5")}"'
        style += ' font-weight="bold"' if "1" in codes else ""
        style += ' opacity="0.5"' if "2" in codes else ""
        out.append(f'<tspan {style}>{escape(text)}</tspan>')
        column += len(text)
    return f'<text xml:space="preserve" y="{TOP + number * LINE}">{"".join(out)}</text>'


lines = ["\x1b[32m$\x1b[0m " + " ".join(sys.argv[1:])] + sys.stdin.read().rstrip("\n").split("\n")
width, height = LEFT * 2 + 80 * WIDTH, TOP + len(lines) * LINE
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}">')
print(f'<rect width="100%" height="100%" rx="8" fill="#1a1b26"/>')
for place, colour in ((20, "#f7768e"), (38, "#e0af68"), (56, "#9ece6a")):
    print(f'<circle cx="{place}" cy="18" r="5.5" fill="{colour}"/>')
print('<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14">')
print("\n".join(drawn(number, line) for number, line in enumerate(lines)))
print("</g></svg>")
