"""COCO for video, as KWCOCO, VIAME and DIVE write and read it.

A frame without anything is listed only where ``--all-frames`` asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.exports.jsonstream import write_json
from analysis.exports.observed import Observed, observed_in
from analysis.exports.request import Request
from analysis.record.clip import Clip
from analysis.record.results import time_text
from weir import __version__
from weir.clock import format_utc

FILE_NAME = "coco.json"


def write(request: Request, folder: Path) -> tuple[Path, ...]:
    """Write ``coco.json``, and return its path."""
    coco = _Coco(request)
    target = folder / FILE_NAME
    head = {
        "info": {
            "description": "What Weir counted",
            "version": __version__,
            "date_created": format_utc(request.now),
        },
        "licenses": [],
    }
    write_json(
        target,
        head,
        videos=coco.videos(),
        images=coco.images(),
        annotations=coco.annotations(),
        categories=coco.categories(),
        tracks=coco.tracks(),
    )
    return (target,)


class _Coco:
    """Numbers videos, images, annotations, categories and tracks from 1.

    The clips are gone through twice, for images and for annotations, in the same order,
    so that an image has the same number both times.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._clips = [c for c in request.results.clips if c.is_usable]
        self._categories: dict[str, tuple[int, str]] = {}
        self._tracks: list[dict[str, Any]] = []
        self._video, self._of_video = 0, dict[int, int]()

    def videos(self) -> Iterator[dict[str, Any]]:
        for number, clip in enumerate(self._clips, 1):
            yield {
                "id": number,
                "name": self._request.path(clip),
                "width": clip.width,
                "height": clip.height,
                "annotation_fps": clip.framerate,
                "fps": clip.framerate,
                "sha256": clip.sha256,
            }

    def _frames(self) -> Iterator[tuple[int, int, Clip, int, list[Observed]]]:
        """Yield image and video number, clip, frame, and what is in the frame."""
        image = 0
        for video, clip in enumerate(self._clips, 1):
            found: dict[int, list[Observed]] = {}
            for one in observed_in(self._request.results, clip):
                found.setdefault(one.frame, []).append(one)
            every = self._request.all_frames
            for frame in range(clip.frames_decoded) if every else sorted(found):
                image += 1
                yield image, video, clip, frame, found.get(frame, [])

    def images(self) -> Iterator[dict[str, Any]]:
        for image, video, clip, frame, _ in self._frames():
            named = f"{self._request.name(clip)}/frame_{frame:06d}.jpg"
            yield {
                "id": image,
                "file_name": named,
                "width": clip.width,
                "height": clip.height,
                "video_id": video,
                "frame_index": frame,
                "timestamp": time_text(clip.time_of(frame)) or None,
            }

    def annotations(self) -> Iterator[dict[str, Any]]:
        annotation = 0
        for image, video, clip, _, found in self._frames():
            for one in found:
                annotation += 1
                yield {
                    "id": annotation,
                    "image_id": image,
                    "category_id": self._category(one),
                    **_box(one, clip),
                    "iscrowd": 0,
                    "score": round(one.score, 4),
                    "track_id": self._track(video, one),
                }

    def categories(self) -> Iterator[dict[str, Any]]:
        for name, (number, label) in self._categories.items():
            yield {"id": number, "name": name, "supercategory": label}

    def tracks(self) -> Iterator[dict[str, Any]]:
        yield from self._tracks

    def _category(self, one: Observed) -> int:
        new = (len(self._categories) + 1, one.label)
        return self._categories.setdefault(one.name, new)[0]

    def _track(self, video: int, one: Observed) -> int:
        """Return the number of a track; those of a clip come one after the other."""
        if self._video != video:
            self._video, self._of_video = video, {}
        if one.track not in self._of_video:
            self._of_video[one.track] = len(self._tracks) + 1
            name = f"{one.final.id}:{one.track}"
            self._tracks.append({"id": len(self._tracks) + 1, "name": name})
        return self._of_video[one.track]


def _box(one: Observed, clip: Clip) -> dict[str, Any]:
    box, across, down = one.box, clip.width, clip.height
    corner = round(box.x * across, 2), round(box.y * down, 2)
    size = round(box.width * across, 2), round(box.height * down, 2)
    return {"bbox": [*corner, *size], "area": round(size[0] * size[1], 2)}
