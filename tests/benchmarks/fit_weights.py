"""Makes the weights that ship with the program, `deviations/data/weights.json`, from all labelled sets:

    python -m tests.benchmarks.fit_weights

Each report is ranked as it came, with all fields, with half of them (twice) and with its text alone (twice).
"""

import json

from deviations.domain.scoring import NOTHING, fit
from tests.benchmarks.labelled import ROOT, catalogue, judged, mixed, union

RUNS = (("fields", 0), ("half", 0), ("half", 1), ("text", 0), ("text", 1))
LEAN = 5.0
"""How hard the weights are held down: measured on barriers held out, anything from 1 to 50 does as well."""


def main() -> None:
    """Fit and write."""
    known, reports = catalogue(), union()
    examples = [one.example for level, seed in RUNS for one in judged(mixed(reports, level, seed), known)]
    weights = fit(examples, NOTHING, f"{len(reports)} rapporter i fyra samlingar", LEAN).as_dict()
    short = {name: {k: round(v, 4) for k, v in weights[name].items()} for name in ("values", "new")}
    text = json.dumps({"name": weights["name"], **short}, ensure_ascii=False, indent=2)
    (ROOT / "deviations/data/weights.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
