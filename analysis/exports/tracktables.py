"""The table of tracks: one row for each individual that was followed.

A fish that leaves the frame and comes back is two. So a track is a visit of an
individual; how many there were at once is MaxN.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.exports.cells import Cell, Table, number
from analysis.record.final.encounters import finals_in
from analysis.record.results import Results, time_text

TRACKS = (
    *("clip", "track", "start", "end", "first_frame", "last_frame", "frames"),
    *("duration_s", "label", "species", "score"),
    *("entry_x", "entry_y", "entry_width", "entry_height"),
    *("exit_x", "exit_y", "exit_width", "exit_height"),
    *("encounter", "status", "sha256", "run"),
)


def track_tables(results: Results) -> dict[str, Table]:
    """Return the table by the name of its file."""
    return {"tracks.csv": (TRACKS, _tracks(results))}


def _tracks(results: Results) -> Iterator[Sequence[Cell]]:
    for clip in results.clips:
        finals = [final for final in finals_in(results, clip) if final.seen]
        for seen in results.tracks_in(clip):
            track = seen.track
            first, last = track.first_frame, track.last_frame
            met = (f for f in finals if f.first_frame <= first <= f.last_frame)
            encounter = next(met, None)
            yield (
                *(clip.clip, track.number, time_text(clip.time_of(first))),
                *(time_text(clip.time_of(last)), first, last, track.frames),
                number(clip.lasts(first, last), 3),
                *(track.label, track.species, number(track.score, 4)),
                *(
                    number(side, 5)
                    for box in (track.entry, track.exit)
                    for side in (box.x, box.y, box.width, box.height)
                ),
                encounter.seen.encounter.number if encounter and encounter.seen else "",
                encounter.status if encounter else "",
                *(clip.sha256, clip.run),
            )
