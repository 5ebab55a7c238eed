"""What runs in the environments of the peers, each as a script."""
