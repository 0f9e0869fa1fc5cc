"""The contents of deliveries: of a zip, of a bare video, of a document."""
