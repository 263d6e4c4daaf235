// chromium.mjs: Debian's Chromium without a window and without traffic of its own, for the test and the picture.

import { chromium } from 'playwright-core'

export const launch = () => chromium.launch({
	executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
	args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
		'--disable-component-update', '--disable-sync']
})
