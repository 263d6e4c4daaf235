// page.mjs URL SLUG PICTURE: opens a dashboard of a Superset in Chromium, waits until all its charts are drawn, and takes a picture of it.
// Prints as JSON what each chart asked for and was answered, and the errors that the page shows.

import { launch } from '../../examples/dashboard/chromium.mjs'

const [url, slug, picture] = process.argv.slice(2)
const browser = await launch()
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
const answers = []
const errors = []

page.on('response', async (response) => {
	const request = response.request()
	if (!response.url().includes('/api/v1/chart/data') || request.method() !== 'POST')
		return
	const query = request.postDataJSON()
	const chart = query.form_data.slice_id
	if (response.status() !== 200)
		errors.push(`chart ${chart}: ${response.status()} ${(await response.text()).slice(0, 500)}`)
	else
		answers.push({ chart, query, rows: (await response.json()).result[0].data })
})

await page.goto(`${url}/login/`)
await page.fill('input[name=username], input#username', 'admin')
await page.fill('input[name=password], input#password', process.env.SUPERSET_PASSWORD)
await Promise.all([page.waitForURL((to) => !to.pathname.startsWith('/login')), page.keyboard.press('Enter')])
await page.goto(`${url}/superset/dashboard/${slug}/?standalone=2`)
await page.waitForSelector('.dashboard-component-chart-holder', { timeout: 60000 })

// Charts below the fold are drawn when they are scrolled to; so the window is as high as the page.
const height = await page.evaluate(() => document.querySelector('.grid-container').getBoundingClientRect().bottom + 40)
await page.setViewportSize({ width: 1440, height: Math.ceil(Math.max(height, 900)) })
const charts = await page.locator('.dashboard-component-chart-holder').count()
await page.waitForFunction((count) => document.querySelectorAll('.dashboard-component-chart-holder').length === count
	&& document.querySelectorAll('.slice_container canvas, .slice_container table, .slice_container .header-line').length >= count
	&& !document.querySelector('.dashboard-component-chart-holder .loading'), charts, { timeout: 120000 })
await page.waitForTimeout(3000)		// the charts' animation

errors.push(...await page.locator('.dashboard-component-chart-holder [role=alert], .dashboard-component-chart-holder .ant-alert').allInnerTexts())
await page.screenshot({ path: picture, fullPage: true })
await browser.close()
console.log(JSON.stringify({ answers, errors, drawn: charts }))
