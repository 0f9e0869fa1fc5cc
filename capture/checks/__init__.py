"""What ``check`` looks at, one file for each subject.

In: the config, the machine and a camera. Out: findings that passed, failed or are
unknown. They promise that nothing counts as good unless it could be seen.
"""
