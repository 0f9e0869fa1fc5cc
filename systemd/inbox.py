"""The inbox gets a default ACL, so that the service can take what people make in it.

A setgid folder passes on its group but no permissions: the service could not empty a
sub-folder that somebody makes with the usual umask of 022. A default ACL (acl(5)) also
passes on permissions. It is set without setfacl, which many machines lack.
"""

from __future__ import annotations

import os
import pwd
import struct
import sys

_DEFAULT = "system.posix_acl_default"
_OWNER, _USER, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NONE, _ALL = 0, 7
_NOBODY = 0xFFFFFFFF
_VERSION = 2  # linux/posix_acl_xattr.h


def main(folder: str) -> None:
    """Set the default ACL of a folder, or say why it cannot have one."""
    entries = (
        (_OWNER, _ALL, _NOBODY),
        (_USER, _ALL, pwd.getpwnam("weir").pw_uid),
        (_GROUP, _ALL, _NOBODY),
        (_MASK, _ALL, _NOBODY),
        (_OTHER, _NONE, _NOBODY),
    )
    packed = b"".join(struct.pack("<HHI", *entry) for entry in entries)
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        os.setxattr(opened, _DEFAULT, struct.pack("<I", _VERSION) + packed)
    except OSError as exc:
        sys.stderr.write(
            f"   {folder}: no ACLs ({exc.strerror}); members need umask 007\n"
        )


if __name__ == "__main__":
    main(sys.argv[1])
