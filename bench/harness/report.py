"""Medians, spreads, ratios: as a table for people and as JSON."""

import statistics

BULK_LIMIT = 1.5  # our CPU s/GiB in bulk over HAProxy's


def summary(runs):
    """{measure: {system: [figures of each round]}} -> {measure: {figure: {system: (median, least, most)}}}"""
    out = {}
    for measure, systems in runs.items():
        for system, rounds in systems.items():
            for figure in rounds[0]:
                if figure != "detail":
                    values = [one[figure] for one in rounds]
                    cell = {"median": statistics.median(values), "least": min(values), "most": max(values)}
                    out.setdefault(measure, {}).setdefault(figure, {})[system] = cell
    return out


def ratio(cells, ours, reference):
    if ours in cells and reference in cells and cells[reference]["median"]:
        return cells[ours]["median"] / cells[reference]["median"]
    return None


def table(results, systems):
    """Markdown."""
    header = ["measure", "figure", *systems]
    with_ratio = "tls-tunnel" in systems and "haproxy" in systems
    if with_ratio:
        header.append("ratio")
    lines = [header, ["---"] * 2 + ["---:"] * (len(header) - 2)]
    for measure, figures in results.items():
        shown = measure
        for figure, cells in figures.items():
            row = [shown, figure, *(_cell(cells.get(system)) for system in systems)]
            if with_ratio:
                found = ratio(cells, "tls-tunnel", "haproxy")
                row.append("" if found is None else f"{found:.2f}")
            lines.append(row)
            shown = ""
    widths = [max(len(row[i]) for row in lines) for i in range(len(header))]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in lines)


def _cell(values):
    if values is None:
        return ""
    if values["least"] == values["most"]:
        return _number(values["median"])
    return f"{_number(values['median'])} ({_number(values['least'])}–{_number(values['most'])})"


def _number(value):
    if abs(value) >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 20 else f"{value:.2f}"


def bulk_verdict(results):
    """(sentence, whether the limit holds) over all bulk measures; None without both systems."""
    ratios = [
        found
        for measure, figures in results.items()
        if measure.startswith("bulk")
        and (found := ratio(figures.get("CPU s/GiB", {}), "tls-tunnel", "haproxy")) is not None
    ]
    if not ratios:
        return None
    middle, worst = statistics.median(ratios), max(ratios)
    holds = worst <= BULK_LIMIT
    return (
        f"bulk CPU is {middle:.2f} × haproxy's (median of the bulk lines; worst {worst:.2f}); "
        f"the limit of {BULK_LIMIT} {'holds' if holds else 'does NOT hold'} on each line",
        holds,
    )


def quietness(runs):
    """How busy the machine was with other things, as a sentence."""
    details = [one["detail"] for systems in runs.values() for rounds in systems.values() for one in rounds]
    others = [detail["others_cores"] for detail in details if "others_cores" in detail]
    stolen = [detail["stolen_cores"] for detail in details if "stolen_cores" in detail]
    if not others:
        return None
    return (
        f"other programs used {statistics.median(others):.2f} cores (median; most {max(others):.2f}), "
        f"the hypervisor took {statistics.median(stolen):.2f} (most {max(stolen):.2f})"
    )
