"""Defines the events that the host's daemon logs, as systemd/README.md lists them."""

from __future__ import annotations

import logging

from analysis.events import cluster, models
from weir.journal import Event

_INFO, _WARNING, _ERROR = logging.INFO, logging.WARNING, logging.ERROR

STARTED = Event(
    "analysis_started",
    _INFO,
    "analysis started version={version} inbox={inbox} model={model} engine={engine}"
    " workers={workers} run={run}",
    "The daemon looks into its inbox, with this model. Nothing to do.",
)
STOPPED = Event(
    "analysis_stopped",
    _INFO,
    "analysis stopped; clips in work, to be done again: {working}",
    "It was asked to stop. What was committed stays.",
)
DECIDED, MODEL_DOUBTED = models.DECIDED, models.MODEL_DOUBTED
VERIFIED, UNVERIFIED = models.VERIFIED, models.UNVERIFIED
REUSE_DECIDED = models.REUSE_DECIDED
ACCEPTED = Event(
    "archive_accepted",
    _INFO,
    "archive accepted archive={archive} clips={clips} known={known}",
    "A delivery has arrived whole and was taken. Nothing to do.",
)
ANALYSED = Event(
    "clip_analysed",
    _INFO,
    "clip analysed clip={clip} frames={frames} fish={fish} encounters={encounters}"
    " seconds={seconds}",
    "A clip is in the record: frames with fish, and counted encounters.",
)
SALVAGED = Event(
    "clip_salvaged",
    _WARNING,
    "clip salvaged clip={clip} frames={frames} expected={expected} fish={fish}"
    " reason={reason}",
    "A damaged clip was analysed as far as it goes. Fetch it again from the camera.",
)
FAILED = Event(
    "clip_failed",
    _ERROR,
    "clip failed clip={clip} archive={archive} reason={reason}",
    "A clip could not be analysed; its bytes are kept. Fetch it again, or look at it.",
)
SUPERSEDED = Event(
    "clip_superseded",
    _INFO,
    "clip superseded clip={clip} by={by} reason={reason}",
    "Two clips show the same minutes, so only the better one counts. Both are kept, and"
    " superseded.csv lists what does not count.",
)
RETRIED = Event(
    "clip_retried",
    _WARNING,
    "clip tried again clip={clip} reason={reason}",
    "A worker process died or hung on a clip, which gets one more try.",
)
KNOWN = Event(
    "clip_known",
    _INFO,
    "clip known clip={clip} archive={archive}: counted before in run {run}",
    "The same bytes were dropped again. They are not counted again; to look at them"
    " with other models or settings, see weir-analysis reanalyse.",
)
TWIN = Event(
    "clip_twin",
    _INFO,
    "clip counted once clip={clip} archive={archive}: its bytes are those of {by}",
    "The same bytes came twice at the same time, under another name or in another"
    " place. They are one clip, which bears the other's name in the tables.",
)
SECOND_KEPT = Event(
    "second_kept",
    _WARNING,
    "second copy kept archive={archive} clips={clips}: the first one is not in done",
    "All its clips are known, but not all are whole in done/ any more. So this copy is"
    " kept, although keep_done = false would have it deleted.",
)
LEARNED = Event(
    "clip_learned",
    _INFO,
    "clip known clip={clip}; its sidecar is news: {start}",
    "A sidecar came later than its clip; time and place are known now.",
)
START_DOUBTED = Event(
    "start_left_out",
    _WARNING,
    "start of clip={clip} is not certain: {reason}",
    "A name or container seems to say when the clip starts, and the config does not"
    " let it be read. Set deployment.timezone, or tell the start in a times.csv.",
)
START_CORRECTED = Event(
    "start_corrected",
    _INFO,
    "start of clip={clip} is now {start}, by {source}",
    "The start of a clip that is in the record was told, taken back, or can be read"
    " now. Tables that were exported before have the old one.",
)
TIMES_UNUSED = Event(
    "times_unusable",
    _WARNING,
    "table of times of {archive}: {reason}",
    "A line of a times.csv was not used. The table is kept, with the archive that it"
    " came in, and counts as a trouble. Mend it, and drop the table again.",
)
FRAME_TIMES_UNUSED = Event(
    "frame_times_unusable",
    _WARNING,
    "times of frames beside clip={clip} not used: {reason}",
    "The clip's .pts file is another clip's, or no list of times. The clip's rate comes"
    " from the config or the stream. Put the right file in its place in done/, and call"
    " reanalyse.",
)
FRAME_TIMES_LATE = Event(
    "frame_times_late",
    _INFO,
    "times of frames came after clip={clip}, as {file}: not used until it is looked at"
    " again",
    "weir-analysis reanalyse uses them, if they lie beside the clip in done/ by then.",
)
RATE_DOUBTED = Event(
    "framerate_doubtful",
    _WARNING,
    "rate of clip={clip} doubtful: analysis.assumed_framerate is {config}, its stream"
    " says {stream}",
    "Times and effort are reckoned by the config's rate. If the stream is right, set"
    " analysis.assumed_framerate = 0; if not, nothing is to do.",
)
UNTURNED = Event(
    "rotation_unusable",
    _WARNING,
    "clip={clip} says that it is turned by {degrees} degrees; it is looked at unturned",
    "Only quarters of a turn and mirrored pictures are obeyed. Players show it turned.",
)
RATE_UNBELIEVED = Event(
    "framerate_implausible",
    _WARNING,
    "rate of clip={clip} not believed: it states {stated} frames a second; {used} is"
    " used, by {source}",
    "No camera films so. The rate is that of the times of its frames, or the config's"
    " where it has no times, or 1 where nothing says it; framerate_from in clips.csv"
    " says which. Set analysis.assumed_framerate if the last is wrong.",
)
RATE_UNKNOWN = Event(
    "framerate_unknown",
    _WARNING,
    "rate of clip={clip} is stated nowhere; 1 frame a second is assumed",
    "Told once, of the first such clip. Set analysis.assumed_framerate to what the"
    " camera was set to.",
)
DONE = Event(
    "archive_analysed",
    _INFO,
    "archive analysed archive={archive} clips={clips} new={new} failed={failed}"
    " receipt={receipt}",
    "A delivery is worked to its end. Carry the receipt back to the camera.",
)
REJECTED = Event(
    "archive_rejected",
    _WARNING,
    "archive rejected archive={archive} reason={reason}",
    "A delivery was refused and lies in rejected/ with its reason. Mend it, drop it"
    " again.",
)
INCOMPLETE = Event(
    "upload_incomplete",
    _WARNING,
    "upload incomplete file={file} bytes={bytes} quiet_s={quiet_s} reason={reason}",
    "A file has been quiet and is not whole, or cannot be taken for another reason."
    " Finish the upload, mend it, make room, or delete it.",
)
INCOMPLETE_MORE = Event(
    "uploads_incomplete",
    _WARNING,
    "uploads incomplete: more={count}, beginning with {names}; the first of them"
    " because {reason}",
    "So many files wait in the inbox, besides those that were told one by one. Finish"
    " their uploads, bring what they belong to, or delete them.",
)
NOT_TAKEN_OVER = Event(
    "kept_not_copied",
    _WARNING,
    "not copied file={file} reason={reason}",
    "A file in done/ is still its uploader's, who can change it. Make room, or look at"
    " it; it is tried again at the next start.",
)
KEPT_CHANGED = Event(
    "kept_changed",
    _ERROR,
    "changed after its receipt file={file} clips={clips}",
    "A file in done/ does not hold all clips that its receipt named; they were taken"
    " out of the receipt. Do not prune by a copy of the old one.",
)
UNREADABLE = Event(
    "ledger_unreadable",
    _WARNING,
    "effort ledger of {archive}: {reason}",
    "Lines of a ledger cannot be read; the effort of those slots is not known.",
)
UNREAD = Event(
    "member_unread",
    _WARNING,
    "not read archive={archive} member={member} bytes={bytes} reason={reason}",
    "A delivery holds a file that is neither footage that is read nor known to lie"
    " beside footage. It is kept in done/; see whether it is footage.",
)
UNREAD_MORE = Event(
    "members_unread",
    _WARNING,
    "not read archive={archive}; more={count}, all in unread.csv",
    "A delivery holds many files that are not read. It is kept in done/.",
)
BYPRODUCTS = Event(
    "byproducts",
    _INFO,
    "not read in {archive}: {files} by-products ({kinds}): {names}",
    "Thumbnails, tracks and small copies that a recorder wrote beside its clips. They"
    " are kept where their delivery is; no figure comes from them. Nothing to do.",
)
NO_SIDECAR = Event(
    "sidecar_unreadable",
    _WARNING,
    "sidecar of clip={clip} not used: {reason}",
    "The clip is analysed without it. Send a good sidecar with the clip again.",
)
NO_ROOM = Event(
    "no_room",
    _WARNING,
    "no room folder={folder} reason={reason}; waiting",
    "The disk is full. Make room; the work goes on by itself.",
)
ROOM_AGAIN = Event(
    "room_again",
    _INFO,
    "room again folder={folder}",
    "The work goes on.",
)
NOT_PUBLISHED = Event(
    "copy_not_written",
    _WARNING,
    "copy of the record not written file={file} reason={reason}",
    "People read an older copy of the results, or none. The work goes on, and the next"
    " copy is tried by itself; see whether there is room.",
)
BEHIND = Event(
    "backlog",
    _WARNING,
    "queue grows: {waiting_h} h of footage wait, done in {eta_h} h",
    "Clips arrive faster than they are analysed. Use a faster machine or more cores.",
)

AGAIN_STARTED = Event(
    "again_started",
    _INFO,
    "looking again run={run} clips={clips} known={known}",
    "A reanalysis looks at so many clips in done/, beside the daemon; the known ones"
    " are in this run already. Nothing to do.",
)
AGAIN_PROGRESS = Event(
    "again_progress",
    _INFO,
    "looked again clips={done} of {clips}, {left} left",
    "How far a reanalysis has come, once a minute. Stop it whenever you like; the same"
    " command goes on.",
)
AGAIN_ENDED = Event(
    "again_ended",
    _INFO,
    "looked again run={run} clips={clips} failed={failed} missing={missing}"
    " left={left}",
    "A reanalysis has ended. If clips are left, the same command goes on with them.",
)
FOOTAGE_GONE = Event(
    "footage_gone",
    _WARNING,
    "no longer in done clip={clip} sha256={sha256}",
    "A clip cannot be looked at again, because its bytes are not in done/ any more, or"
    " have changed. What was counted in it stays. Drop it again if you have it.",
)
RECEIPTS_UNSIGNED = Event(
    "receipts_unsigned",
    _WARNING,
    "receipts are not signed reason={reason}",
    "The camera's machine takes them only with --unsigned. sudo -u weir weir-analysis"
    " keys makes a key, or says what is wrong with the one that there is.",
)

_ALL = (*list(vars().values()), *vars(cluster).values())
CATALOGUE = tuple(value for value in _ALL if isinstance(value, Event))
