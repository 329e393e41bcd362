"""M/M/1 at 80 % in SimPy or Ciw: prints customers a second of processor time, and the mean response.

usage: mm1.py {simpy,ciw} CUSTOMERS
"""

import random
import sys
import time

SERVICE = 0.010  # seconds, mean
RATE = 80.0      # customers a second


def with_simpy(customers):
    import simpy

    random.seed(42)
    env = simpy.Environment()
    server = simpy.Resource(env, capacity=1)
    total = 0.0

    def customer():
        nonlocal total
        arrived = env.now
        with server.request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1 / SERVICE))
        total += env.now - arrived

    def arrivals():
        for _ in range(customers):
            yield env.timeout(random.expovariate(RATE))
            env.process(customer())

    env.process(arrivals())
    env.run()
    return total / customers


def with_ciw(customers):
    import ciw

    ciw.seed(42)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(RATE)],
        service_distributions=[ciw.dists.Exponential(1 / SERVICE)],
        number_of_servers=[1],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(customers, method="Finish")
    records = simulation.get_all_records()
    return sum(r.exit_date - r.arrival_date for r in records) / len(records)


def main():
    library, customers = sys.argv[1], int(sys.argv[2])
    start = time.process_time()
    mean = {"simpy": with_simpy, "ciw": with_ciw}[library](customers)
    print(customers / (time.process_time() - start), mean)


main()
