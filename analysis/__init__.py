"""Takes footage from an inbox and counts what swims in it, as the host's daemon.

    inbox -> delivery -> clip -> frames -> models -> encounters -> store -> exports

If the daemon must refuse a delivery or a clip, it logs that, keeps the bytes, and goes
on. It would rather have no row than a doubtful one. Every clip is committed whole or
not at all, and is recognised by the sha256 of its bytes. A worker process analyses one
clip at a time, so a crash there costs that clip only.

    WeirError
    └── AnalysisError
        ├── DecodeError(ValueError)       footage without one frame that can be decoded
        ├── DecoderError(RuntimeError)    a decoder that footage could lead astray
        ├── ScoresError(ValueError)       scores that are not numbers; costs that clip
        ├── ModelError(ValueError)        a model that cannot be used, and what to do
        ├── StoreError(RuntimeError)      a results file that cannot be used
        ├── WorkerLost(RuntimeError)      a process that died, hung or ran out of memory
        ├── NoWorkers(RuntimeError)       processes that cannot even be started
        ├── LinkLost(RuntimeError)        a cluster's scheduler that does not answer
        ├── TaskLost(RuntimeError)        what a cluster's worker could not answer
        ├── TooLarge(ValueError)          a clip that cannot travel to one
        ├── LabelsError(ValueError)       a file of labels, or lines of it, not taken
        ├── ReviewError(ValueError)       what a person asked of the review page in vain
        ├── ScoreError(ValueError)        a score without truth to compare with
        ├── NoRoom(OSError)               less room on the disk than is to stay free
        └── StillWritten(OSError)         a file that was written to while it was copied
"""

from weir import WeirError


class AnalysisError(WeirError):
    """The root of all errors that the host's daemon raises on purpose."""


class DecodeError(AnalysisError, ValueError):
    """Not one frame of the footage can be decoded."""


class DecoderError(AnalysisError, RuntimeError):
    """Footage could make this decoder read other files, so it is not used."""


class ScoresError(AnalysisError, ValueError):
    """A model gave scores for a frame that are not numbers; that clip fails."""


class ModelError(AnalysisError, ValueError):
    """A model cannot be used; the text says why, and what to do about it."""


class StoreError(AnalysisError, RuntimeError):
    """The results file cannot be used."""


class LabelsError(AnalysisError, ValueError):
    """A file of labels was not taken, or not all lines of it."""


class ReviewError(AnalysisError, ValueError):
    """The review page cannot do what a person asked; the text says why."""


class WorkerLost(AnalysisError, RuntimeError):
    """The process that worked a clip died, hung or ran out of memory."""


class NoWorkers(AnalysisError, RuntimeError):
    """No worker process can be started."""
