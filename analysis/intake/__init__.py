"""All about files that people drop, from the inbox to done/ or rejected/.

In: what lies below ``inbox/``. Out: deliveries, opened, whose bytes are the service's
own, each with its clips. A file is touched only through descriptors that follow no
link, is moved by renames, and ends in exactly one place. Nothing here knows the record.
"""
