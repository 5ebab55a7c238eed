# The calls to test, with a `text`, which is TEXT repeated.
SETUP = "from wordtally import longest_common"
CALLS = ["longest_common(text, text)"]
INTERRUPTED = CALLS
TEXT = "the cat and the hat "
# Numbers of repetitions: a call takes almost no time, at least 50 ms, or many seconds.
SHORT, LONG, ENDLESS = 2, 500, 100_000
