# The calls to test, with a `text`, which is TEXT many times over.
SETUP = "from wordtally import longest_common"
CALLS = ["longest_common(text, text)"]
INTERRUPTED = CALLS
TEXT = "the cat and the hat "
# How often: the calls take no time, a twentieth of a second or more, and seconds.
SHORT, LONG, ENDLESS = 2, 500, 100_000
