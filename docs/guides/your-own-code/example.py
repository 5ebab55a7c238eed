from wordtally import longest_common

assert longest_common("interest", "winter") == 5
