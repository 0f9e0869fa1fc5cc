"""Takes the README's picture of the review page, from the footage of the demo."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.analysis.review.reviewing import Reviewing
from tests.browser.chromium import Chromium, why_not
from tests.browser.reviewer import Reviewer

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo" / "out" / "weir"
PICTURE = ROOT / "docs" / "review.png"
SIZE = (1180, 760)
SMALL = (826, 532)


def main() -> int:
    """Look at the page as somebody does, and write what it shows.

    Returns:
        The exit code; 1 where there is no browser, or no demo.
    """
    why = why_not() or ("" if DEMO.is_dir() else "run make demo first")
    if why:
        sys.stderr.write(f"{why}\n")
        return 1
    with tempfile.TemporaryDirectory() as folder, Chromium() as chromium:
        root = Path(folder) / "weir"
        root.mkdir()
        for name in ("results", "done"):  # its labels are nobody's
            (root / name).symlink_to(DEMO / name)
        chromium.view(SIZE[0])
        with Reviewing(root) as page:
            address = f"http://127.0.0.1:{page.port}/?queue=encounters"
            anna = Reviewer(chromium, address, "Anna")
            anna.played()
            for _ in range(2):
                anna.decide("f")
                anna.played()
            anna.saved()
            anna.press(" ")
            taken = chromium.picture(Path(folder) / "page.png")
        shrink(taken)
    print(PICTURE)
    return 0


def shrink(taken: Path) -> None:
    """Write a small picture of few colours."""
    with Image.open(taken) as whole:
        part = whole.convert("RGB").crop((0, 0, *SIZE))
        small = part.resize(SMALL, Image.Resampling.LANCZOS)
        small.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            PICTURE, optimize=True
        )


if __name__ == "__main__":
    sys.exit(main())
