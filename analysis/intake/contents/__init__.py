"""What was dropped, opened: a zip or a bare video, with the clips that it brought."""
