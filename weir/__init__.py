"""What the camera's machine and the host have in common.

The footage contract (clip name, sidecar, effort ledger, archive, receipt) is written
once, here, and used by both ends; so is the way a daemon lives under systemd. This
package needs the standard library only, and knows neither of the two daemons.

Every error that Weir raises on purpose is a ``WeirError`` and also the builtin that it
resembles::

    WeirError
    ├── ConfigError(ValueError)           a config file that cannot be used
    ├── ContractError(ValueError)         a name, sidecar, manifest, ledger, receipt
    ├── ArchiveError                      an archive that cannot be read
    │   ├── IncompleteArchive(EOFError)   it may still be arriving
    │   ├── NotAnArchive(ValueError)      it will never be one
    │   └── HostileArchive(ValueError)    it is refused as a whole
    ├── UnfitFile(OSError)                no plain file, where one was expected
    ├── ServiceError(RuntimeError)        another process holds what this one needs
    ├── SignatureError(ValueError)        not signed by a trusted key
    ├── capture.CaptureError              see ``capture``
    └── analysis.AnalysisError            see ``analysis``
"""

__version__ = "0.1.0"


class WeirError(Exception):
    """The root of everything that Weir raises on purpose."""


class ConfigError(WeirError, ValueError):
    """A config file that cannot be used; the text lists every reason, one a line."""


class ContractError(WeirError, ValueError):
    """A document or name that breaks the footage contract; names file and field."""


class ServiceError(WeirError, RuntimeError):
    """Another process holds the lock that this one needs."""


class SignatureError(WeirError, ValueError):
    """A signature is wrong, missing or cannot be made; the text says why."""
