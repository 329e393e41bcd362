"""Puts the data into Almanac's lake that almanac.target.json names: a calm dataset, one in which a
single region holds seven rows in ten, and a wide one of eight times the rows."""

import random

from almanac.objects import Objects

REGIONS = ("firth", "headland", "marsh", "moor", "strand")
STATIONS = 20
ROWS_A_DAY = 2880


def dataset(objects: Objects, name: str, days: int, hot: float) -> None:
    if objects.list(f"lake/{name}/"):
        return
    draw = random.Random(name)
    names = [f"S{number:03}" for number in range(STATIONS)]
    regions = {station: REGIONS[number % len(REGIONS)] for number, station in enumerate(names)}
    hottest = [station for station in names if regions[station] == REGIONS[0]]
    others = [station for station in names if regions[station] != REGIONS[0]]
    lines = ["station,region"] + [f"{station},{regions[station]}" for station in names]
    objects.put(f"lake/{name}/stations.csv", ("\n".join(lines) + "\n").encode())
    for day in range(1, days + 1):
        lines = ["station,at,temperature,rain"]
        for row in range(ROWS_A_DAY):
            at = f"2024-06-{day:02}T{row // 120:02}:{row // 2 % 60:02}:00Z"
            calm = names[row % STATIONS]
            station = draw.choice(hottest if draw.random() < hot else others) if hot else calm
            lines.append(f"{station},{at},{draw.gauss(12, 4):.1f},{max(0, draw.gauss(-1, 1)):.1f}")
        body = ("\n".join(lines) + "\n").encode()
        objects.put(f"lake/{name}/readings/2024-06-{day:02}.csv", body)


objects = Objects()
dataset(objects, "calm-coast", 1, 0)
dataset(objects, "hot-coast", 1, 0.7)
dataset(objects, "wide-coast", 8, 0)
