"""The host's daemon: it takes footage from an inbox, and counts what swims in it.

    inbox -> delivery -> clip -> frames -> models -> encounters -> store -> exports

It refuses one delivery or one clip loudly, keeps its bytes, and goes on. It would
rather have no row than a doubtful one. Every clip is committed whole or not at all, is
known by the sha256 of its bytes, and is worked in a process whose death costs that clip
only.

    WeirError
    └── AnalysisError
        ├── DecodeError(ValueError)       footage without one frame that can be decoded
        ├── DecoderError(RuntimeError)    a decoder that footage could lead astray
        ├── ScoresError(ValueError)       scores that are not numbers; costs that clip
        ├── ModelError(ValueError)        a model that cannot be used, and what to do
        ├── StoreError(RuntimeError)      a results file that cannot be used
        ├── WorkerLost(RuntimeError)      a process that died, hung or ran out of memory
        ├── NoWorkers(RuntimeError)       processes that cannot even be started
        ├── ScoreError(ValueError)        a score without truth to compare with
        ├── NoRoom(OSError)               less room on the disk than is to stay free
        └── StillWritten(OSError)         a file that was written to while it was copied
"""

from weir import WeirError


class AnalysisError(WeirError):
    """The root of all errors that the host's daemon raises on purpose."""


class DecodeError(AnalysisError, ValueError):
    """Footage without one frame that can be decoded."""


class DecoderError(AnalysisError, RuntimeError):
    """A decoder that footage could lead to read other files."""


class ScoresError(AnalysisError, ValueError):
    """A model gave scores for a frame that are not numbers; that clip fails."""


class ModelError(AnalysisError, ValueError):
    """A model that cannot be used; the text says why and what to do."""


class StoreError(AnalysisError, RuntimeError):
    """A results file that cannot be used."""


class WorkerLost(AnalysisError, RuntimeError):
    """The process that worked a clip died, hung or ran out of memory."""


class NoWorkers(AnalysisError, RuntimeError):
    """No process can be started that would work clips."""
