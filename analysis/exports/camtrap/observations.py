"""The observations of the package: what was seen, and by whom.

At event level there is a row for each encounter and kind, whose counts may be summed,
and a blank one for each clip without any. At media level there is a row for each box,
and one for the whole encounter where nobody knows where in the frame it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Optional

from analysis.exports.camtrap.demands import scientific_names
from analysis.exports.camtrap.stamps import moment_in, stamp, start_of
from analysis.exports.camtrap.tables import deployment_id
from analysis.exports.cells import Cell, number
from analysis.exports.observed import Observed, observed_of
from analysis.exports.request import Request
from analysis.record.clip import Clip
from analysis.record.final.encounters import OPEN, FinalEncounter, finals_in
from analysis.record.final.kinds import rows_of
from analysis.record.labels.labelbook import Decision
from analysis.values.label import WATCHED
from analysis.values.seen import COUNTED

OBSERVATIONS = (
    *("observationID", "deploymentID", "mediaID", "eventID", "eventStart", "eventEnd"),
    *("observationLevel", "observationType", "cameraSetupType", "scientificName"),
    *("count", "lifeStage", "sex", "behavior", "individualID"),
    *("individualPositionRadius", "individualPositionAngle", "individualSpeed"),
    *("bboxX", "bboxY", "bboxWidth", "bboxHeight", "classificationMethod"),
    *("classifiedBy", "classificationTimestamp", "classificationProbability"),
    *("observationTags", "observationComments"),
)
_Cells = dict[str, Cell]


def observations(request: Request) -> Iterator[Sequence[Cell]]:
    """Yield the rows of all clips, in their order."""
    for clip in request.results.clips:
        writer = _OfClip(request, clip)
        for cells in writer.rows():
            yield [cells.get(name, "") for name in OBSERVATIONS]


class _OfClip:
    """Makes the rows of one clip."""

    def __init__(self, request: Request, clip: Clip) -> None:
        self._request, self._clip = request, clip
        self._zone = request.settings.deployment.zone
        self._names = scientific_names(request)

    def rows(self) -> Iterator[_Cells]:
        """Yield the rows, those of media level behind those of their clip's events."""
        finals = finals_in(self._request.results, self._clip)
        counted = [final for final in finals if final.counts]
        for final in counted:
            yield from self._events(final)
        if not counted:
            yield self._blank(finals)
        found = observed_of(self._request.results, self._clip, counted)
        of_kind = {
            (final.id, row.label, row.species): row.decision
            for final in counted
            for row in rows_of([final])
        }
        boxed: set[str] = set()
        for number_, one in enumerate(found):
            if not one.is_whole:
                boxed.add(one.final.id)
                of = one.final.id, one.label, one.species
                said = of_kind.get(of, one.final.decision)
                yield self._box(one, number_, said)
        for final in counted:
            if final.id not in boxed:
                yield self._span(final)

    def _events(self, final: FinalEncounter) -> Iterator[_Cells]:
        for number_, row in enumerate(rows_of([final])):
            if row.counts:
                yield {
                    **self._of(row),
                    "observationID": f"{final.id}:event{number_}",
                    "eventID": final.id,
                    "observationLevel": "event",
                    **self._named(row.label, row.species),
                    "count": row.max_n or "",
                }

    def _span(self, final: FinalEncounter) -> _Cells:
        return {
            **self._of(final),
            "observationID": f"{final.id}:span",
            "mediaID": self._clip.sha256,
            "observationLevel": "media",
            **self._named(final.label, final.species),
        }

    def _box(self, one: Observed, number_: int, said: Optional[Decision]) -> _Cells:
        box = one.box
        moment = stamp(moment_in(self._clip, one.frame, self._zone))
        return {
            **self._of(one.final),
            **self._by(said, one.score),
            "observationID": f"{self._clip.sha256}:box{number_}",
            "mediaID": self._clip.sha256,
            "observationLevel": "media",
            **self._named(one.label, one.species),
            **_tags(one.label, one.track if one.is_followed else None),
            "eventStart": moment,
            "eventEnd": moment,
            "bboxX": number(box.x, 5),
            "bboxY": number(box.y, 5),
            "bboxWidth": number(max(box.width, 1e-5), 5),
            "bboxHeight": number(max(box.height, 1e-5), 5),
            "observationComments": f"frame {one.frame}",
        }

    def _of(self, final: FinalEncounter) -> _Cells:
        """Return the cells that all rows of an encounter have."""
        first, last = final.first_frame, final.last_frame
        return {
            "deploymentID": deployment_id(self._clip.deployment, self._clip.camera),
            "eventID": final.id,
            "eventStart": stamp(moment_in(self._clip, first, self._zone)),
            "eventEnd": stamp(moment_in(self._clip, last, self._zone)),
            "observationType": "animal",
            **self._by(final.decision, final.species_score or final.score),
            "observationComments": f"frames {first} to {last}",
        }

    def _named(self, label: str, species: str) -> _Cells:
        name = self._names.get(species) or self._names.get(label, "")
        return {"scientificName": name, **_tags(label)}

    def _blank(self, finals: Sequence[FinalEncounter]) -> _Cells:
        clip, zone = self._clip, self._zone
        start = start_of(clip, zone)
        frames = clip.frames_decoded
        end = moment_in(clip, frames - 1, zone) if frames else start
        open_ = sum(final.standing == OPEN for final in finals)
        return {
            "observationID": f"{clip.sha256}:blank",
            "deploymentID": deployment_id(clip.deployment, clip.camera),
            "eventID": clip.sha256,
            "eventStart": stamp(start) if start else "",
            "eventEnd": stamp(end) if end else "",
            "observationLevel": "event",
            "observationType": "blank" if clip.is_usable else "unclassified",
            **(self._by(self._emptied(finals), None) if clip.is_usable else {}),
            "observationComments": f"{open_} open: nobody knows" if open_ else "",
        }

    def _emptied(self, finals: Sequence[FinalEncounter]) -> Optional[Decision]:
        """Return by whose word nothing counts; None where it is the machine's."""
        clip = self._clip
        said = [
            ({label.person}, label.at)
            for label in self._request.results.book.of_clip(clip.sha256)
            if label.verdict == WATCHED
            and label.first_frame == 0
            and label.last_frame >= clip.frames_decoded - 1
        ]
        is_open = any(f.standing == OPEN and not f.decision for f in finals)
        if not is_open or any(f.machine_status == COUNTED for f in finals):
            of = [final.decision for final in finals if final.decision]
            said += [(set(decision.people), decision.at) for decision in of]
        if not said:
            return None
        people = tuple(sorted(set().union(*(who for who, _ in said))))
        return Decision("", "", "", None, people, max(at for _, at in said))

    def _by(self, said: Optional[Decision], score: Optional[float]) -> _Cells:
        """Return the cells that say who decided."""
        if said:
            return {
                "classificationMethod": "human",
                "classifiedBy": "; ".join(
                    person or "unnamed" for person in said.people
                ),
                "classificationTimestamp": stamp(said.at),
                "classificationProbability": "",
            }
        committed = self._clip.committed
        return {
            "classificationMethod": "machine",
            "classifiedBy": self._models(),
            "classificationTimestamp": committed[:19] + "Z" if committed else "",
            "classificationProbability": number(score, 4),
        }

    def _models(self) -> str:
        settings = self._request.results.settings[self._clip.run]
        models = [settings.get("detector"), settings.get("classifier")]
        return "; ".join(
            f"{model['file']} sha256 {model['sha256'][:12]}"
            for model in models
            if model
        )


def _tags(label: str, track: Optional[int] = None) -> _Cells:
    """Return what else is known; a track is no ``individualID``, but one visit."""
    tags = [f"label:{label}", *([f"track:{track}"] if track is not None else [])]
    return {"observationTags": " | ".join(tags)}
