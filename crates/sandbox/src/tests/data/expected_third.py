"""Writes expected_third.json: questions about three more tables beside this file, and what Python's own library makes of them.

Every item is as in expected_second.py.
"""

import csv
import json
from collections import Counter,defaultdict
from datetime import datetime
from statistics import mean,median

inv = list(csv.DictReader(open('inventory.csv', newline='')))
tic = list(csv.DictReader(open('tickets.csv', newline='')))
cou = list(csv.DictReader(open('countries.tsv', newline=''), delimiter='\t'))
found = []


def q(file, text, *parts):
    found.append([file, text, [part if isinstance(part, str) else round(float(part), 2) for part in parts]])


def g(rows, key, value):
    groups = defaultdict(list)
    for row in rows:
        if value(row) is not None:
            groups[key(row)].append(value(row))
    return groups


for r in inv:
    r['p'] = float(r['unit_price'][1:].replace(',',''))
    r['s'] = int(r['stock'])
    r['r'] = float(r['rating']) if r['rating'] else None
for r in tic:
    r['at'] = datetime.strptime(r['opened'],'%m/%d/%Y %H:%M')
    r['h'] = float(r['hours_to_close']) if r['hours_to_close'] else None
for r in cou:
    r['pop'] = float(r['Population'])
    r['gdp'] = float(r['GDP per capita'])
    r['le'] = float(r['Life expectancy'])
q('inventory.csv','What is the average unit price per category?',*[mean(v) for v in g(inv,lambda r:r['category'],lambda r:r['p']).values()])
q('inventory.csv','How many products are discontinued?',sum(r['discontinued']=='1' for r in inv))
q('inventory.csv','What is the total stock in Leeds?',sum(r['s'] for r in inv if r['warehouse']=='Leeds'))
q('inventory.csv','What is the most expensive product?',max(r['p'] for r in inv))
q('inventory.csv','How many products have less than 20 in stock?',sum(r['s']<20 for r in inv))
q('inventory.csv','Which warehouse has the most stock?',max(sum(v) for v in g(inv,lambda r:r['warehouse'],lambda r:r['s']).values()))
q('inventory.csv','What is the average rating of Seating products?',mean(r['r'] for r in inv if r['category']=='Seating' and r['r'] is not None))
q('tickets.csv','How many tickets are there per priority?',*Counter(r['priority'] for r in tic).values())
q('tickets.csv','What is the median hours to close for Urgent tickets?',median(r['h'] for r in tic if r['priority']=='Urgent' and r['h'] is not None))
q('tickets.csv','Which agent closed the most tickets?',max(Counter(r['agent'] for r in tic if r['status']=='Closed').values()))
q('tickets.csv','How many tickets were opened in March 2025?',sum(r['at'].month==3 for r in tic))
q('tickets.csv','What percentage of tickets came by phone?',100*mean(r['channel']=='Phone' for r in tic))
q('tickets.csv','How many tickets about Billing are still open?',sum(r['topic']=='Billing' and r['status']=='Open' for r in tic))
q('tickets.csv','Show the number of tickets per month',*Counter(r['at'].month for r in tic).values())
q('tickets.csv','Which topic has the longest average hours to close?',max(mean(v) for v in g(tic,lambda r:r['topic'],lambda r:r['h']).values()))
q('countries.tsv','What was the population of Peru in 2020?',[r['pop'] for r in cou if r['Country']=='Peru' and r['Year']=='2020'][0])
q('countries.tsv','Which country had the highest life expectancy in 2023?',max(r['le'] for r in cou if r['Year']=='2023'))
q('countries.tsv','What is the average GDP per capita of Japan?',mean(r['gdp'] for r in cou if r['Country']=='Japan'))
q('countries.tsv','How did the population of Kenya change over time?',*[r['pop'] for r in cou if r['Country']=='Kenya'])
q('countries.tsv','What is the unemployment rate of Fiji?','not understand')

with open('expected_third.json', 'w', encoding='utf-8') as file:
    lines = ',\n'.join('  ' + json.dumps(item, ensure_ascii=False) for item in found)
    file.write('[\n' + lines + '\n]\n')
