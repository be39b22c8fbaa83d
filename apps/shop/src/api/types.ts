import type { ResponseOf } from './paths';

type Item<T> = T extends { items: (infer I)[] } ? I : never;

export type Home = ResponseOf<'/api/v1/home', 'get'>;
export type Showcase = Home['showcase'];
export type ShowcaseSection = Showcase['sections'][number];
export type Category = Item<ResponseOf<'/api/v1/categories', 'get'>>;
export type ProductCard = Item<ResponseOf<'/api/v1/products', 'get'>>;
export type Product = ResponseOf<'/api/v1/products/{productId}', 'get'>;
export type Sku = Product['skus'][number];
export type Vehicle = Item<ResponseOf<'/api/v1/vehicles', 'get'>>;

export type Cart = ResponseOf<'/api/v1/cart', 'get'>;
export type CartItem = Cart['items'][number];
export type Quote = ResponseOf<'/api/v1/quotes', 'post'>;
export type Trade = ResponseOf<'/api/v1/trades/{tradeId}', 'get'>;
export type Order = ResponseOf<'/api/v1/orders/{orderId}', 'get'>;
export type AfterSale = ResponseOf<'/api/v1/after-sales/{afterSaleId}', 'get'>;
export type Shipment = Item<ResponseOf<'/api/v1/orders/{orderId}/shipments', 'get'>>;
export type Payment = ResponseOf<'/api/v1/payments/{paymentId}', 'get'>;

export type MemberSession = ResponseOf<'/api/v1/login/phone', 'post'>;
export type Member = MemberSession['member'];
export type Agreement = Item<ResponseOf<'/api/v1/agreements', 'get'>>;
export type Address = Item<ResponseOf<'/api/v1/addresses', 'get'>>;
export type Regions = ResponseOf<'/api/v1/regions', 'get'>;

export type Promoter = ResponseOf<'/api/v1/promoter', 'get'>;
export type Customer = Item<ResponseOf<'/api/v1/promoter/customers', 'get'>>;
export type Commission = Item<ResponseOf<'/api/v1/promoter/commissions', 'get'>>;
export type StatementLine = Item<ResponseOf<'/api/v1/promoter/statement', 'get'>>;
export type WithdrawalTerms = ResponseOf<'/api/v1/promoter/withdrawal-terms', 'get'>;
export type Withdrawal = ResponseOf<'/api/v1/promoter/withdrawals/{withdrawalId}', 'get'>;
