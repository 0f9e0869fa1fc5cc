"""The catalogue of all events that the camera's daemon logs."""

from __future__ import annotations

from logging import ERROR, INFO, WARNING

from weir.journal import Event

STARTED = Event(
    "capture_started",
    INFO,
    "capture started backend={backend} directory={directory}",
    "The daemon runs. Once after every boot; more often, something ends it.",
)
STOPPED = Event(
    "capture_stopped",
    INFO,
    "capture stopped clips={clips}",
    "The daemon was asked to end, and did; clips since it was started.",
)
RECORDING_STARTED = Event(
    "recording_started",
    INFO,
    "recording started clip={clip}",
    "A clip is being filmed.",
)
CLIP_SEALED = Event(
    "clip_sealed",
    INFO,
    "clip sealed clip={clip} frames={frames} bytes={bytes}",
    "A clip has its final name, its sidecar and its sums, and is on the drive.",
)
CLIP_CUT = Event(
    "clip_cut",
    WARNING,
    "clip cut short clip={clip} frames={frames} bytes={bytes} reason={reason}",
    "A clip was filmed only in part; what there is, is kept as a clip.",
)
CLIP_CLOSED_OFF = Event(
    "clip_closed_off",
    WARNING,
    "clip closed off clip={clip} frames={frames}",
    "An unfinished clip of before (a power cut, a pulled drive) was made a clip.",
)
CLIP_SET_ASIDE = Event(
    "clip_set_aside",
    WARNING,
    "clip set aside clip={clip}",
    "An unfinished clip has not one whole frame; its bytes are kept as .no-frame.",
)
CLIP_LEFT = Event(
    "clip_left",
    ERROR,
    "clip left unfinished clip={clip} frames={frames} reason={reason}",
    "The drive took no more. When it is back the clip is closed off; what was not yet "
    "synced may be lost.",
)
CLIP_REDATED = Event(
    "clip_redated",
    INFO,
    "clip redated clip={clip} start={start}",
    "The clock was set; an earlier clip of this boot got a corrected start.",
)
SLOT_FILMED = Event(
    "slot_filmed",
    INFO,
    "slot filmed slot={slot} seconds={filmed_s} of {planned_s}",
    "A planned slot is over, and lies on the drive whole.",
)
SLOT_MISSED = Event(
    "slot_missed",
    ERROR,
    "slot missed slot={slot} outcome={outcome} seconds={filmed_s} of {planned_s} "
    "reason={reason}",
    "A planned slot is over, and all or a part of it was not filmed.",
)
DRIVE_LOST = Event(
    "drive_lost",
    WARNING,
    "drive not usable reason={reason} detail={detail}",
    "Nothing can be filmed until the drive is back; it is tried again all the time. "
    "Told when the drive is missed, also between slots.",
)
DRIVE_FULL = Event(
    "drive_full",
    WARNING,
    "drive full detail={detail}",
    "Filming stops, everything is kept. Pack, carry home, prune, or change the drive.",
)
DRIVE_BACK = Event(
    "drive_back",
    INFO,
    "drive usable again",
    "Something was written to the drive again; filming goes on.",
)
FILE_UNFIT = Event(
    "file_unfit",
    WARNING,
    "file not usable file={file} reason={reason}",
    "Something on the drive or in the state directory bears a name that Weir uses, and "
    "is no plain file, or cannot be read or written. It is left as it is, and filming "
    "goes on without it. Look at it, and move it away.",
)
WORK_FAILED = Event(
    "drive_work_failed",
    ERROR,
    "work on the drive failed reason={reason}",
    "A mistake in Weir itself, which something on the drive brought out; filming goes "
    "on. Please report it, with a listing of the drive.",
)
EFFORT_DELIVERED = Event(
    "effort_delivered",
    INFO,
    "effort delivered lines={lines}",
    "Lines that waited for the drive are in its ledger.",
)
DAEMON_GREW = Event(
    "daemon_grew",
    WARNING,
    "daemon grew size_mb={size_mb} grown_mb={grown_mb}",
    "It leaks memory. Under systemd it ends between two clips and is started anew; run "
    "by hand, it only tells.",
)
CAMERA_OPENED = Event(
    "camera_opened",
    INFO,
    "camera opened backend={backend}",
    "The camera is open. Where no slot comes for ten minutes it is closed again.",
)
CAMERA_FAILED = Event(
    "camera_failed",
    ERROR,
    "camera failed detail={detail}",
    "The camera raised an error; it is opened anew, after a pause.",
)
CAMERA_HUNG = Event(
    "camera_hung",
    ERROR,
    "camera hung seconds={seconds}",
    "No byte came for so long. The clip is kept and the process ends, for systemd to "
    "start it anew.",
)
CLOCK_SET = Event(
    "clock_set",
    WARNING,
    "clock set step_s={step_s} now={now}",
    "The wall clock was set while running; the plan is made anew.",
)
CLOCK_BEHIND = Event(
    "clock_behind",
    WARNING,
    "clock is in the past machine={machine} known={known}",
    "The machine's clock is earlier than what the state directory or the drive knows "
    "to have passed; the daemon goes on from there. Set the clock (`sudo date -s`); "
    "where it is right, say so: `sudo weir-capture clock --trust`.",
)
ZONE_SET = Event(
    "zone_set",
    WARNING,
    "time zone set zone={zone} offset={offset}",
    "The machine's time zone was set while running; plan, names and local times follow "
    "it from the next slot on. A zone in the config (`deployment.timezone`) stays.",
)
CLOCK_WAITED = Event(
    "clock_waited",
    INFO,
    "waited {seconds} s for the clock: {reason}",
    "Once after each boot, by weir-time.service. Where the time is up and the clock "
    "not set, filming begins by what is known of the time.",
)
CLOCK_NOT_ASKED = Event(
    "clock_not_asked",
    WARNING,
    "cannot ask whether the clock is set",
    "The system does not let the daemon ask. Sidecars leave clock_synchronised out, "
    "and no clip gets a corrected start. Compare the unit with the shipped one.",
)
STATE_LOST = Event(
    "state_lost",
    WARNING,
    "state not readable file={file} reason={reason}",
    "The daemon begins a new one; gaps from before may be missing in the ledger.",
)
STATE_NOT_KEPT = Event(
    "state_not_kept",
    WARNING,
    "state not kept reason={reason}",
    "The state directory takes no writes; filming goes on.",
)
ARCHIVE_WRITTEN = Event(
    "archive_written",
    INFO,
    "archive written archive={archive} clips={clips} bytes={bytes}",
    "An archive is complete and on the drive.",
)
PACKED_NOT_NOTED = Event(
    "packed_not_noted",
    INFO,
    "not noted as packed: this user may not write to the drive; archive={archive}",
    "Somebody packed who may only read the drive. The next call packs these clips "
    "again; the host counts each once.",
)
CLIP_NOT_PACKED = Event(
    "clip_not_packed",
    WARNING,
    "clip not packed clip={clip} reason={reason}",
    "An archive cannot hold a clip: its name, what bears it, a right to read it that "
    "is missing, or a bad sector; the others are packed. The reason says what to mend.",
)
CLIP_PRUNED = Event(
    "clip_pruned",
    INFO,
    "clip pruned clip={clip} bytes={bytes}",
    "A clip was deleted; a receipt says that its bytes are kept elsewhere.",
)
RECEIPT_UNSIGNED = Event(
    "receipt_unsigned",
    WARNING,
    "receipt unsigned archive={archive} reason={reason}",
    "Clips are deleted on the word of a receipt that no trusted key has signed: that "
    "is what --unsigned asks for. The effort ledger has a line of it.",
)

CATALOGUE = tuple(value for value in vars().values() if isinstance(value, Event))
