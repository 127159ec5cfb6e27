{# Searches of the security KPIs. #}

{# Whether a text holds a number that should have been masked: a mobile number, an identity card number with a valid check
   digit, or a bank card number that passes the Luhn check. Blanks and dashes between digits are looked through. #}
{% macro has_unmasked_number(text) -%}{{ adapter.dispatch('has_unmasked_number', 'lingting')(text) }}{%- endmacro %}

{% macro mobile_pattern() -%}(^|[^0-9])1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}($|[^0-9]){%- endmacro %}
{% macro identity_pattern() -%}[1-9]([ -]?[0-9]){16}[ -]?[0-9Xx]{%- endmacro %}
{% macro card_pattern() -%}[0-9]([ -]?[0-9]){14,18}{%- endmacro %}

{# Most texts hold no eleven digits in a row; only the others are taken apart. #}
{% macro duckdb__has_unmasked_number(text) -%}
    case
        when not coalesce(regexp_matches({{ text }}, '[0-9]([ -]?[0-9]){10}'), false) then false
        when regexp_matches({{ text }}, '{{ mobile_pattern() }}') then true
        else
            len(list_filter(
                list_transform(
                    regexp_extract_all({{ text }}, '{{ identity_pattern() }}'),
                    lambda found: upper(regexp_replace(found, '[ -]', '', 'g'))
                ),
                lambda id: substr('10X98765432', 1 + cast(list_sum(list_transform(
                    range(1, 18),
                    lambda i: cast(substr(id, i, 1) as integer) * cast(substr('0709100508040201060307091005080402', 2 * i - 1, 2) as integer)
                )) % 11 as integer), 1) = substr(id, 18, 1)
            ))
            + len(list_filter(
                list_transform(
                    regexp_extract_all({{ text }}, '{{ card_pattern() }}'),
                    lambda found: reverse(regexp_replace(found, '[ -]', '', 'g'))
                ),
                lambda card: list_sum(list_transform(
                    range(1, length(card) + 1),
                    lambda i: case
                        when i % 2 = 1 then cast(substr(card, i, 1) as integer)
                        when cast(substr(card, i, 1) as integer) > 4 then 2 * cast(substr(card, i, 1) as integer) - 9
                        else 2 * cast(substr(card, i, 1) as integer)
                    end
                )) % 10 = 0
            )) > 0
    end
{%- endmacro %}

{% macro spark__has_unmasked_number(text) -%}
    case
        when not coalesce({{ text }} rlike '[0-9]([ -]?[0-9]){10}', false) then false
        when {{ text }} rlike '{{ mobile_pattern() }}' then true
        else
            exists(
                transform(
                    regexp_extract_all({{ text }}, '{{ identity_pattern() }}', 0),
                    found -> upper(regexp_replace(found, '[ -]', ''))
                ),
                id -> substr('10X98765432', 1 + cast(aggregate(
                    sequence(1, 17),
                    0,
                    (total, i) -> total
                        + cast(substr(id, i, 1) as int) * cast(substr('0709100508040201060307091005080402', 2 * i - 1, 2) as int)
                ) % 11 as int), 1) = substr(id, 18, 1)
            )
            or exists(
                transform(
                    regexp_extract_all({{ text }}, '{{ card_pattern() }}', 0),
                    found -> reverse(regexp_replace(found, '[ -]', ''))
                ),
                card -> aggregate(
                    sequence(1, length(card)),
                    0,
                    (total, i) -> total + case
                        when i % 2 = 1 then cast(substr(card, i, 1) as int)
                        when cast(substr(card, i, 1) as int) > 4 then 2 * cast(substr(card, i, 1) as int) - 9
                        else 2 * cast(substr(card, i, 1) as int)
                    end
                ) % 10 = 0
            )
    end
{%- endmacro %}

{# Columns of the lake's contracts, and those of them without a class of sensitivity (meta.classification in sources.yml).
   They are counted when the project is compiled. #}
{% macro n_source_columns(unclassified_only=false) -%}
    {%- set counted = namespace(n=0) -%}
    {%- for source in (graph.sources.values() if execute else []) if source.source_name == 'lake' -%}
        {%- for column in source.columns.values() if not (unclassified_only and column.meta.get('classification')) -%}
            {%- set counted.n = counted.n + 1 -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ counted.n }}
{%- endmacro %}
