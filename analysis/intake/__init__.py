"""Files that people drop, from the inbox to done/ or rejected/.

In: what lies below ``inbox/``. Out: deliveries that are opened, with their clips, in
copies that only the service can write to. A file is reached only through descriptors
that follow no link. It is moved by renames and ends in exactly one place. Nothing here
knows the record.
"""
