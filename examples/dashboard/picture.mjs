// picture.mjs: the top of a page, as far as the results go, as a picture for the README.
//
//	make dashboard && node examples/dashboard/picture.mjs build/dashboard.html doc/images/dashboard.png

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { launch } from './chromium.mjs'

const [html, png] = process.argv.slice(2)
const browser = await launch()
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
await page.goto(pathToFileURL(resolve(html)).href)
const height = await page.evaluate(() => document.querySelector('#outlook').parentElement.getBoundingClientRect().top - 24)
await page.screenshot({ path: png, fullPage: true, clip: { x: 0, y: 0, width: 1280, height } })
await browser.close()
