// similar_minhash.js - the npm package minhash over the lines that bench_similar takes: signature, look-up, insertion.
//
// usage: npm install minhash; node similar_minhash.js < LINES
// 128 permutations in bands of 4 rows, words as shingles: what the package does by default.
'use strict';

const fs = require('fs');
const { Minhash, LshIndex } = require('minhash');

const lines = fs.readFileSync(0, 'utf8').split('\n').filter((line) => line.length > 0);
const index = new LshIndex({ bandSize: 4 });
let found = 0;
const start = process.hrtime.bigint();

lines.forEach((line, i) => {
  const hash = new Minhash();

  line.toLowerCase().split(/[^a-z0-9]+/).forEach((word) => hash.update(word));
  index.insert(String(i), hash);
  found += index.query(hash).length > 1 ? 1 : 0; // itself is one
});
const us = Number(process.hrtime.bigint() - start) / 1000;
console.log(JSON.stringify({ texts: lines.length, us_a_text: Number((us / lines.length).toFixed(2)), duplicates: found }));
