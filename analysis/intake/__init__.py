"""Takes in the files that people drop, and moves them to done/ or rejected/.

The input is what lies below ``inbox/``. The output is opened deliveries with their
clips, in copies that only the service can write to. A dropped file is reached only
through descriptors that follow no link. It is moved by renames and ends in exactly one
place. Nothing here knows the record.
"""
