{{ config(enabled=var('subscriptions_table') is not none) }}

SELECT m.month, m.opening, m.new, m.expansion, m.reactivated, m.contraction, m.churned, m.closing,
	m.opening_customers, m.new_customers, m.reactivated_customers, m.churned_customers, m.closing_customers,
	m.quick_ratio, m.customer_churn_rate, m.revenue_churn_rate,
	r.net_retention AS net_retention_12_months, r.gross_retention AS gross_retention_12_months
FROM {{ ref('kpi_subscriptions') }} s
CROSS JOIN LATERAL mrr_movements(s.subscriptions) m
LEFT JOIN LATERAL mrr_retention(s.subscriptions, 12) r ON r.month = m.month
