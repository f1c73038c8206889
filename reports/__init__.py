"""Tells: collects what the tests found into one sign-off and renders it. Looks at nothing and judges nothing again."""
