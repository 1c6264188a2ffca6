//! Where a source file can be mutated, and how.
//!
//! Mutated are comparisons, boolean and bit operators, methods that answer a boolean, what is added or subtracted,
//! whole numbers, guards and arms of matches, and what functions return. Left out are constants, `const fn` and types
//! (there is no switch at compile time), patterns, the bodies of macros but for `matches!`, and functions that return
//! something of which no value can be written down.
//!
//! An operand stands once in what replaces an expression, so mutants nest without growing the source much.

use std::fmt;
use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Lit, ReturnType, UnOp};

use super::edits::{Edit, Piece};

/// One mutant.
#[derive(Clone, Debug)]
pub(super) struct Mutant {
    /// From 1 on; what the switch is set to.
    pub(super) number: usize,
    /// File, function and source text.
    pub(super) what: String,
    /// What the text becomes.
    pub(super) change: String,
    pub(super) line: usize,
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as `{}`", self.what, self.change)
    }
}

/// A place in the source, and the mutants that it gives.
pub(super) struct Site {
    pub(super) range: Range<usize>,
    pub(super) what: String,
    pub(super) changes: Vec<String>,
    /// The new text, from the number of the first of its mutants.
    text: Box<dyn Fn(usize) -> Vec<Piece>>,
}

impl Site {
    pub(super) fn edit(&self, numbers: Range<usize>) -> Edit {
        Edit {
            range: self.range.clone(),
            pieces: (self.text)(numbers.start),
        }
    }
}

/// Every place of a file.
///
/// # Errors
/// The file is no Rust.
pub(super) fn sites(file: &str, source: &str) -> Result<Vec<Site>, String> {
    let tree = syn::parse_file(source).map_err(|error| format!("{file}: {error}"))?;
    let mut finder = Finder {
        source,
        function: String::new(),
        sites: Vec::new(),
    };
    finder.visit_file(&tree);
    Ok(finder.sites)
}

/// Methods that answer a boolean.
const PREDICATES: [&str; 11] = [
    "all",
    "any",
    "eq",
    "contains",
    "is_canonical",
    "is_empty",
    "is_err",
    "is_none",
    "is_ok",
    "is_some",
    "is_some_and",
];

/// Functions that answer one.
const FUNCTIONS: [&str; 5] = ["has", "insert", "is_canonical", "is_channel", "is_folded"];

/// Methods whose argument can be left out, and what stands for it then.
const TERMS: [(&str, &str); 11] = [
    ("wrapping_add", "0"),
    ("wrapping_sub", "0"),
    ("wrapping_mul", "1"),
    ("wrapping_shl", "0"),
    ("wrapping_shr", "0"),
    ("saturating_add", "0"),
    ("saturating_sub", "0"),
    ("saturating_mul", "1"),
    ("checked_sub", "0"),
    ("checked_mul", "1"),
    ("max", "0"),
];

fn on(number: usize) -> String {
    format!("crate::mutation::on({number})")
}

struct Finder<'s> {
    source: &'s str,
    /// The function that is visited.
    function: String,
    sites: Vec<Site>,
}

impl Finder<'_> {
    fn add(
        &mut self,
        range: Range<usize>,
        shown: Range<usize>,
        changes: &[&str],
        text: impl Fn(usize) -> Vec<Piece> + 'static,
    ) {
        let words: Vec<&str> = self.source[shown].split_whitespace().collect();
        let snippet: String = words.join(" ").chars().take(70).collect();
        let breaks = |range: &Range<usize>| self.source[range.clone()].matches('\n').count();
        let kept = text(0).iter().fold(0, |kept, piece| match piece {
            Piece::Source(range) => kept + breaks(range),
            Piece::Text(_) => kept,
        });
        // Lines keep their numbers: what the compiler says of the new text is looked up in the old.
        let lost = "\n".repeat(breaks(&range) - kept);
        let text = move |number| {
            let mut pieces = text(number);
            pieces.push(lost.clone().into());
            pieces
        };
        self.sites.push(Site {
            range,
            what: format!("fn {}: `{snippet}`", self.function),
            changes: changes.iter().map(|change| (*change).to_owned()).collect(),
            text: Box::new(text),
        });
    }

    /// A boolean, and its opposite.
    fn negate(&mut self, range: Range<usize>, change: &str) {
        let inner = range.clone();
        self.add(range.clone(), range, &[change], move |number| {
            let switch = on(number);
            vec![
                "((".into(),
                inner.clone().into(),
                format!(") ^ {switch})").into(),
            ]
        });
    }

    /// Both operands once, as `l` and `r`; then one expression for each mutant, and the original.
    fn operator(
        &mut self,
        range: Range<usize>,
        [left, right]: [Range<usize>; 2],
        (operator, others): (&str, &'static [&'static str]),
        reference: &'static str,
    ) {
        let operator = operator.to_owned();
        self.add(range.clone(), range, others, move |number| {
            let mut text = ")) { (l, r) => ".to_owned();
            for (at, other) in others.iter().enumerate() {
                text += &format!("if {} {{ l {other} r }} else ", on(number + at));
            }
            text += &format!("{{ l {operator} r }} }})");
            vec![
                format!("(match ({reference}(").into(),
                left.clone().into(),
                format!("), {reference}(").into(),
                right.clone().into(),
                text.into(),
            ]
        });
    }

    /// `&&` and `||`: the right operand is evaluated where the left is the first's, or the second's, way to go on.
    fn lazy(&mut self, range: Range<usize>, [left, right]: [Range<usize>; 2], and: bool) {
        let (change, test) = if and { ("||", "!=") } else { ("&&", "==") };
        self.add(range.clone(), range, &[change], move |number| {
            let switch = on(number);
            vec![
                "(match (".into(),
                left.clone().into(),
                format!(") {{ l => if l {test} {switch} {{ ").into(),
                right.clone().into(),
                " } else { l } })".into(),
            ]
        });
    }

    fn binary(&mut self, expression: &syn::ExprBinary) {
        let range = bytes(expression);
        let operands = [bytes(&*expression.left), bytes(&*expression.right)];
        match &expression.op {
            BinOp::Eq(_) => self.negate(range, "!="),
            BinOp::Ne(_) => self.negate(range, "=="),
            BinOp::Lt(_) => self.operator(range, operands, ("<", &["<=", ">="]), "&"),
            BinOp::Le(_) => self.operator(range, operands, ("<=", &["<", ">"]), "&"),
            BinOp::Gt(_) => self.operator(range, operands, (">", &[">=", "<="]), "&"),
            BinOp::Ge(_) => self.operator(range, operands, (">=", &[">", "<"]), "&"),
            BinOp::BitAnd(_) => self.operator(range, operands, ("&", &["|", "^"]), ""),
            BinOp::BitOr(_) => self.operator(range, operands, ("|", &["&", "^"]), ""),
            BinOp::BitXor(_) => self.operator(range, operands, ("^", &["|", "&"]), ""),
            BinOp::Shl(_) => self.operator(range, operands, ("<<", &[">>"]), ""),
            BinOp::Shr(_) => self.operator(range, operands, (">>", &["<<"]), ""),
            BinOp::BitOrAssign(_) => {
                let [left, right] = operands;
                let place = self.source[left].to_owned();
                self.add(range.clone(), range, &["&="], move |number| {
                    vec![
                        "(match (".into(),
                        right.clone().into(),
                        format!(
                            ") {{ r => if {} {{ {place} &= r }} else {{ {place} |= r }} }})",
                            on(number)
                        )
                        .into(),
                    ]
                });
            }
            // A condition that binds cannot be the operand of anything else.
            BinOp::And(_) if !binds(&expression.left) && !binds(&expression.right) => {
                self.lazy(range, operands, true);
            }
            BinOp::Or(_) => self.lazy(range, operands, false),
            _ => {}
        }
    }

    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        if signature.constness.is_some() {
            return;
        }
        let before = std::mem::replace(&mut self.function, signature.ident.to_string());
        let values = values(&signature.output);
        if !values.is_empty() && !block.stmts.is_empty() {
            let start = block.brace_token.span.open().byte_range().end;
            let changes: Vec<String> = values.iter().map(|it| format!("return {it}")).collect();
            let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
            let shown = bytes(&signature.ident);
            self.add(start..start, shown, &changes, move |number| {
                let values = values.iter().enumerate();
                let returns = values
                    .map(|(at, value)| format!(" if {} {{ return {value}; }}", on(number + at)));
                vec![returns.collect::<String>().into()]
            });
        }
        visit::visit_block(self, block);
        self.function = before;
    }
}

/// What a function can return without looking at anything.
fn values(output: &ReturnType) -> Vec<String> {
    let ReturnType::Type(_, ty) = output else {
        return vec![String::new()];
    };
    let of = |ty: &str| -> &[&str] {
        match ty {
            "()" => &["()"],
            "bool" => &["true", "false"],
            "u8" | "u16" | "u32" | "u64" | "usize" => &["0", "1"],
            "(u64,u8)" => &["(0, 0)"],
            ty if ty.starts_with("Option<") => &["None"],
            ty if ty.starts_with("&") && ty.ends_with(']') => &["&[]"],
            _ => &[],
        }
    };
    let text: String = quote::ToTokens::to_token_stream(ty)
        .to_string()
        .split_whitespace()
        .collect();
    match text
        .strip_prefix("Result<")
        .and_then(|it| it.rsplit_once(','))
    {
        Some((ty, _)) => of(ty).iter().map(|it| format!("Ok({it})")).collect(),
        None => of(&text).iter().map(|it| (*it).to_owned()).collect(),
    }
}

/// Whether a condition has a `let` in it.
fn binds(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(it) => binds(&it.left) || binds(&it.right),
        _ => false,
    }
}

fn bytes(spanned: &impl Spanned) -> Range<usize> {
    spanned.span().byte_range()
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_expr_binary(&mut self, expression: &'ast syn::ExprBinary) {
        self.binary(expression);
        visit::visit_expr_binary(self, expression);
    }

    fn visit_expr_unary(&mut self, expression: &'ast syn::ExprUnary) {
        if matches!(expression.op, UnOp::Not(_)) {
            let inner = bytes(&*expression.expr);
            let range = bytes(expression);
            self.add(range.clone(), range, &["without `!`"], move |number| {
                let switch = on(number);
                vec![
                    "(match (".into(),
                    inner.clone().into(),
                    format!(") {{ l => if {switch} {{ l }} else {{ !l }} }})").into(),
                ]
            });
        }
        visit::visit_expr_unary(self, expression);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let name = call.method.to_string();
        if PREDICATES.contains(&name.as_str()) {
            self.negate(bytes(call), "its opposite");
        }
        let term = TERMS.iter().find(|(known, _)| *known == name);
        if let (Some((_, neutral)), Some(argument), true) =
            (term, call.args.first(), call.args.len() == 1)
        {
            let range = bytes(argument);
            let inner = range.clone();
            let shown = bytes(&call.method).start..bytes(call).end;
            let change = format!("{name}({neutral})");
            let neutral = *neutral;
            self.add(range, shown, &[&change], move |number| {
                vec![
                    format!("(if {} {{ {neutral} }} else {{ ", on(number)).into(),
                    inner.clone().into(),
                    " })".into(),
                ]
            });
        }
        visit::visit_expr_method_call(self, call);
    }

    // What a statement throws away can as well be the opposite.
    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        match statement {
            syn::Stmt::Expr(Expr::Call(call), Some(_)) => visit::visit_expr_call(self, call),
            _ => visit::visit_stmt(self, statement),
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last()
        {
            let name = last.ident.to_string();
            if FUNCTIONS.contains(&name.as_str()) {
                self.negate(bytes(call), "its opposite");
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_macro(&mut self, call: &'ast syn::ExprMacro) {
        if call.mac.path.is_ident("matches") {
            self.negate(bytes(call), "its opposite");
        }
    }

    fn visit_expr_lit(&mut self, literal: &'ast syn::ExprLit) {
        let Lit::Int(number) = &literal.lit else {
            return;
        };
        let Ok(value) = number.base10_parse::<u64>() else {
            return;
        };
        let is_largest = value != 0 && value & (value.wrapping_add(1)) == 0 && value >= 0xFF;
        let other = if is_largest { value - 1 } else { value + 1 };
        let other = format!("{other}{}", number.suffix());
        let range = bytes(literal);
        let inner = range.clone();
        self.add(range.clone(), range, &[&other.clone()], move |number| {
            let switch = on(number);
            vec![
                format!("(if {switch} {{ {other} }} else {{ ").into(),
                inner.clone().into(),
                " })".into(),
            ]
        });
    }

    fn visit_expr_match(&mut self, expression: &'ast syn::ExprMatch) {
        let has_rest = expression
            .arms
            .iter()
            .any(|arm| arm.guard.is_none() && matches!(arm.pat, syn::Pat::Wild(_)));
        for arm in &expression.arms {
            let pattern = bytes(&arm.pat);
            if let Some((_, guard)) = &arm.guard {
                let range = bytes(&**guard);
                let inner = range.clone();
                self.add(range.clone(), range, &["true", "false"], move |number| {
                    let (yes, no) = (on(number), on(number + 1));
                    vec![
                        format!("!{no} && ({yes} || (").into(),
                        inner.clone().into(),
                        "))".into(),
                    ]
                });
            } else if has_rest && !matches!(arm.pat, syn::Pat::Wild(_)) {
                let end = pattern.end;
                self.add(end..end, pattern, &["no arm"], move |number| {
                    vec![format!(" if !{}", on(number)).into()]
                });
            }
        }
        visit::visit_expr_match(self, expression);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
    }

    // What has no switch, or no expressions.
    fn visit_variant(&mut self, _: &'ast syn::Variant) {}
    fn visit_expr_repeat(&mut self, _: &'ast syn::ExprRepeat) {}
    fn visit_trait_item_fn(&mut self, _: &'ast syn::TraitItemFn) {}
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}
    fn visit_item_macro(&mut self, _: &'ast syn::ItemMacro) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_angle_bracketed_generic_arguments(
        &mut self,
        _: &'ast syn::AngleBracketedGenericArguments,
    ) {
    }
}
