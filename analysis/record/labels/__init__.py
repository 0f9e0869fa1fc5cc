"""Labels: what people said about footage. It is kept apart from what machines found.

In: decisions of people, from a file or a page. Out: the word on each encounter of any
run. Nothing is ever changed or deleted: what is said later is added.
"""
