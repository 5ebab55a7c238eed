"""What happens on the worst day: ``nox -s trust`` tries it, and says what held."""
