"""Writes expected_second.json: questions about three more tables beside this file, and what Python's own library makes of them.

Every item is a table, a question and what the answer has to contain: numbers to two places, or texts. `not understand` is expected
where the tables do not have what is asked for.
"""

import csv
import json
from collections import Counter, defaultdict
from datetime import datetime
from statistics import mean, median


def table(name, delimiter=','):
    with open(name, encoding='utf-8-sig', newline='') as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def number(text):
    text = text.replace(',', '').rstrip('%')
    return float(text) if text not in ('', 'n/a') else None


flights, energy, survey = table('flights.csv'), table('energy.csv', ';'), table('survey.csv')
for f in flights:
    f['delay'], f['km'], f['at'] = number(f['Delay (min)']), number(f['Distance km']), datetime.fromisoformat(f['Departure'])
for e in energy:
    e['kwh'], e['forecast'], e['solar'] = number(e['Consumption kWh']), number(e['Forecast kWh']), number(e['Solar share'])
for s in survey:
    s['score'], s['wait'], s['at'] = number(s['Satisfaction']), number(s['Waiting minutes']), datetime.strptime(s['Submitted'], '%d %b %Y')


def grouped(rows, key, value):
    groups = defaultdict(list)
    for row in rows:
        if value(row) is not None:
            groups[key(row)].append(value(row))
    return groups


found = []


def q(file, text, *parts):
    found.append([file, text, [part if isinstance(part, str) else round(float(part), 2) for part in parts]])


delays = grouped(flights, lambda f: f['Origin'], lambda f: f['delay'])
q('flights.csv', 'What is the average delay by origin?', *[mean(d) for d in delays.values()])
q('flights.csv', 'How many flights were cancelled?', sum(f['Cancelled'] == 'TRUE' for f in flights))
q('flights.csv', 'What is the longest distance?', max(f['km'] for f in flights))
worst = max((f for f in flights if f['delay'] is not None), key=lambda f: f['delay'])
q('flights.csv', 'Which flight had the highest delay?', worst['Flight'], worst['delay'])
q('flights.csv', 'How many flights departed per month?', *Counter(f['at'].month for f in flights).values())
q('flights.csv', 'What is the total distance flown by A320 aircraft?', sum(f['km'] for f in flights if f['Aircraft'] == 'A320'))
q('flights.csv', 'How many flights from CDG to ATH are there?', sum(f['Origin'] == 'CDG' and f['Destination'] == 'ATH' for f in flights))
q('flights.csv', 'What is the median delay of flights that were not cancelled?', median(f['delay'] for f in flights if f['Cancelled'] == 'FALSE'))

kwh = grouped(energy, lambda e: e['District'], lambda e: e['kwh'])
q('energy.csv', 'What is the total consumption in each district?', *[sum(k) for k in kwh.values()])
q('energy.csv', 'Which customer type has the highest average consumption?', max(mean(v) for v in grouped(energy, lambda e: e['Customer type'], lambda e: e['kwh']).values()))
q('energy.csv', 'What is the average solar share of bakeries?', mean(e['solar'] for e in energy if e['Customer type'] == 'Bakery'))
q('energy.csv', 'How many meters were installed before 2005?', sum(int(e['Installed']) < 2005 for e in energy))
q('energy.csv', 'What percentage of meters is on the Green tariff?', 100 * mean(e['Tariff'] == 'Green' for e in energy))
q('energy.csv', 'Compare the average forecast of Day and Night tariffs', mean(e['forecast'] for e in energy if e['Tariff'] == 'Day' and e['forecast'] is not None), mean(e['forecast'] for e in energy if e['Tariff'] == 'Night' and e['forecast'] is not None))
q('energy.csv', 'How much water did Harbour use?', 'not understand')

q('survey.csv', 'What is the average satisfaction by branch?', *[mean(v) for v in grouped(survey, lambda s: s['Branch'], lambda s: s['score']).values()])
q('survey.csv', 'How many people aged 18-24 answered?', sum(s['Age group'] == '18-24' for s in survey))
q('survey.csv', 'How many responses would recommend?', sum(s['Would recommend'] == 'Yes' for s in survey))
q('survey.csv', 'What was the average waiting time in Porto in March 2024?', mean(s['wait'] for s in survey if s['Branch'] == 'Porto' and s['at'].month == 3))
q('survey.csv', 'Show the number of responses per month', *Counter(s['at'].month for s in survey).values())

with open('expected_second.json', 'w', encoding='utf-8') as file:
    lines = ',\n'.join('  ' + json.dumps(item, ensure_ascii=False) for item in found)
    file.write('[\n' + lines + '\n]\n')
