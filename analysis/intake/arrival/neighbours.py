"""What lies near a file in the inbox: its clip, or what belongs to a clip."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePath

from analysis.intake.folders import clips_beside
from analysis.intake.listing import Entry
from analysis.values.heartbeat import Heartbeat
from weir.byproduct import clip_beside, is_of_recorder
from weir.clip import is_video
from weir.frametimes import clips_of_times, is_lone, is_sure, lone_clip

Taken = Mapping[Path, Entry]
Beside = Callable[[Path], Iterable[str]]
"""Lists the files that lie in a folder of the inbox, or lay there before."""


class Neighbours:
    """What lies near each other in one scan of the inbox.

    Args:
        taken: the files of the scan.
        beside: lists what lies, or lay, in a folder.
        heartbeat: called for each file.
    """

    def __init__(
        self, taken: Taken, beside: Beside, heartbeat: Heartbeat = lambda: None
    ) -> None:
        self._taken, self._beside = taken, beside
        self._names: dict[Path, frozenset[str]] = {}
        self._here: dict[Path, list[str]] = defaultdict(list)
        for path in taken:
            self._here[path.parent].append(path.name)
        self._companions: dict[Path, list[Path]] = defaultdict(list)
        for path in taken:
            heartbeat()
            for clip in self.clips(path):
                self._companions[clip].append(path)

    def clips(self, path: Path) -> tuple[Path, ...]:
        """Return the clips that a file may travel with; none for a clip."""
        if not is_lone(path.name):
            return clips_beside(path)
        clip = lone_clip(path.name, self._names_around(path.parent))
        return (path.with_name(clip),) if clip else ()

    def group(self, path: Path) -> tuple[Path, ...]:
        """Return a file and what travels with it, of the same owner."""
        owner = self._taken[path].owner
        beside = self._companions.get(path, ())
        return (path, *(p for p in beside if self._taken[p].owner == owner))

    def travels(self, path: Path) -> bool:
        """Whether a file travels with a clip that is here."""
        return any(clip in self._taken for clip in self.clips(path))

    def why_no_clip(self, path: Path) -> str:
        """Say what a recorder's by-product waits for, if it came before its clip."""
        if not is_of_recorder(path.name) and not is_lone(path.name):
            return ""
        around = self._names_around(path.parent)
        clips = clips_of_times(path.name)
        if is_sure(path.name) and clips and not is_lone(path.name):
            stems = {PurePath(name).stem for name in around if is_video(name)}
            own = {*clips, *(PurePath(clip).stem for clip in clips)}
            is_here = not own.isdisjoint(around | stems)
            return "" if is_here else f"its clip {clips[0]} is not here"
        if clip_beside(path.name, around):
            return ""
        return "no clip lies beside it; drop it with its clip, or delete it"

    def _names_around(self, folder: Path) -> frozenset[str]:
        if folder not in self._names:
            self._names[folder] = frozenset(
                (*self._here[folder], *self._beside(folder))
            )
        return self._names[folder]
