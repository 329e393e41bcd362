"""The report itself: readings joined with stations, by region and day."""

from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from almanac.settings import settings

POOLS = Path(__file__).resolve().with_name("pools.xml")


def open_session(folder: Path) -> SparkSession:
    java = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MaxMetaspaceSize=192m -XX:ReservedCodeCacheSize=96m -Xss512k"
    conf = {
        "spark.driver.memory": settings.spark_memory,
        "spark.driver.extraJavaOptions": java,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.scheduler.mode": "FAIR",
        "spark.scheduler.allocation.file": POOLS.as_uri(),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.appName("almanac")
    builder = builder.master(f"local[{int(settings.spark_cores)}]")
    for name, value in conf.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("WARN")
    return session


def write_report(session: SparkSession, readings: list[str], stations: str, output: str) -> None:
    """One line for each region and day, in CSV files in the folder `output`, each sorted."""
    read = session.read.option("header", True)
    measured = read.schema("station string, at timestamp, temperature double, rain double")
    where = session.read.option("header", True).schema("station string, region string")
    joined = measured.csv(readings).join(where.csv(stations), "station")
    daily = joined.groupBy("region", f.to_date("at").alias("day")).agg(
        f.count("*").alias("readings"),
        f.round(f.avg("temperature"), 2).alias("temperature_mean"),
        f.max("temperature").alias("temperature_max"),
        f.round(f.sum("rain"), 1).alias("rain_total"),
    )
    daily.sortWithinPartitions("region", "day").write.option("header", True).csv(output)


def warm_up(session: SparkSession, folder: Path) -> None:
    """The first reports of a JVM take long: two are made here, of nothing much."""
    line = "S1,2024-06-01T00:00:00Z,9,0"
    (folder / "readings.csv").write_text(f"station,at,temperature,rain\n{line}\n")
    (folder / "stations.csv").write_text("station,region\nS1,moor\n")
    for name in ("first", "second"):
        readings, stations = folder / "readings.csv", folder / "stations.csv"
        write_report(session, [readings.as_uri()], stations.as_uri(), (folder / name).as_uri())
