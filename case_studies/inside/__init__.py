"""The scripts that run in the environments of the peers."""
