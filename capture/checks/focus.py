"""``check --focus``: a strip of pictures, each at another position of the lens."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from html import escape

from capture import CaptureError
from capture.cameras import Camera, Lens, Look
from capture.drive.storage import Drive
from capture.finding import Finding
from weir import atomic

STRIP_NAME = "focus.html"

_STEPS = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15)
"""Dioptres: closer together far away, where a creek's other bank is."""

_PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Focus of {title}</title>
<style>
body {{ font-family: sans-serif; white-space: nowrap }}
figure {{ display: inline-block; margin: 0 8px }}
.best {{ outline: 4px solid green }}
</style>
<h1>Focus of {title}</h1>
{figures}
</html>
"""
_FIGURE = """<figure{best}><img alt="" src="data:image/jpeg;base64,{data}">
<figcaption>lens_position = {dioptres:g} ({distance}), sharpness {sharpness:.0f}\
</figcaption></figure>"""


def looks(lens: Lens) -> Iterator[Look]:
    """Take a picture at each position that the lens goes to.

    Raises:
        CameraError: the camera failed.
    """
    for dioptres in _STEPS:
        if lens.least <= dioptres <= lens.most:
            yield lens.look(dioptres)


def sharpest(taken: Sequence[Look]) -> Look:
    """Return the sharpest picture, the first of equal ones."""
    return max(taken, key=lambda look: look.sharpness)


def strip(taken: Sequence[Look], title: str) -> str:
    """Lay pictures side by side, each with its position and its sharpness.

    Returns:
        An HTML page that needs no other file.
    """
    best = sharpest(taken)
    figures = "\n".join(
        _FIGURE.format(
            best=' class="best"' if look is best else "",
            data=base64.b64encode(look.jpeg).decode("ascii"),
            dioptres=look.dioptres,
            distance=distance(look.dioptres),
            sharpness=look.sharpness,
        )
        for look in taken
    )
    return _PAGE.format(title=escape(title), figures=figures)


def finding(camera: Camera, drive: Drive, title: str) -> Finding:
    """Step the lens through its positions, and write the strip to the drive."""
    if camera.lens is None:
        return Finding(False, "focus: this camera has no lens motor; turn the lens")
    try:
        taken = list(looks(camera.lens))
        with drive.open() as folder, drive.errors():
            atomic.write_text(folder.path / STRIP_NAME, strip(taken, title))
    except CaptureError as exc:
        return Finding(False, f"focus: {exc}")
    best = sharpest(taken)
    return Finding(
        True,
        f"focus: sharpest of {len(taken)} pictures at lens_position = "
        f"{best.dioptres:g} ({distance(best.dioptres)} in air); see "
        f"{drive.directory / STRIP_NAME}",
    )


def distance(dioptres: float) -> str:
    """Say how far away, in air, a lens position is sharp."""
    return f"{1 / dioptres:.2g} m" if dioptres else "infinity"
