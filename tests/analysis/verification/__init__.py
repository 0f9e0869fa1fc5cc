"""Tests of what a verifier is asked, and of what follows."""
