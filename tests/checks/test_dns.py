from checks import dns

EXAMPLES = []
NOT_BY_ONE_FAULT = {}
CITED = set()
