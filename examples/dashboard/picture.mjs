// picture.mjs: the top of a page as a picture, for the README.
//
//	make dashboard && node examples/dashboard/picture.mjs build/dashboard.html doc/images/dashboard.png [width [height]]

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { launch } from './chromium.mjs'

const [html, png, width = 1280, height = 1480] = process.argv.slice(2)
const browser = await launch()
const page = await browser.newPage({ viewport: { width: Number(width), height: Number(height) } })
await page.goto(pathToFileURL(resolve(html)).href)
await page.screenshot({ path: png })
await browser.close()
